using Cluster.Contracts.Certificates;
using Cluster.Contracts.Json;
using Cluster.Contracts.Settings;
using Cluster.Domain.Configuration;
using Cluster.Domain.Failures;
using Cluster.Manager.Features.Commits;
using Cluster.Manager.Features.Settings;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Pki.Renewals;
using Cluster.Storage.Certificates;

namespace Cluster.Manager.Features.Certificates;

/// <summary>Answers with a certificate after a write that made, or found again, the version that it points to.</summary>
internal sealed class WrittenVersionResponse(EvaluationCache evaluations, TimeProvider clock)
{
    /// <summary>Answers, outside of the unit of work: nobody waits for the cluster's lock while a certificate is judged.</summary>
    public IResult Answer(HttpContext context, Outcome<WrittenVersion> outcome)
    {
        if (!outcome.Succeeded) return Problem.Of(outcome.Failure);
        var written = outcome.Value;
        var request = written.Target.Request;
        written.Item.Receipt.SetHeaders(context);
        context.Response.Headers.ETag = ItemResponse.Tag(written.Item.Item);
        var shape = Show(written, written.Item.Item!);
        if (request.DryRun && written.Stored.IsNew) shape = shape with { Version = null };
        // What only a key that was not made would give is left out.
        if (written.Stored.Prepared.Promised)
            shape = shape with { SerialNumber = null, Sha256 = null, PublicKeySha256 = null, SigningRequest = SigningRequestPresence.Open };
        if (!written.Item.Created) return JsonReplies.Json(shape, RestJson.Default.CertificateShape);
        var location = $"/api/v1/clusters/{request.Cluster.Name}/certificates/{shape.Name}?level={shape.Level}";
        return JsonReplies.Created(context, location, shape, RestJson.Default.CertificateShape);
    }

    private CertificateShape Show(WrittenVersion written, Item item)
    {
        var (target, prepared) = (written.Target, written.Stored.Prepared);
        // The write is done and its answer is kept for a repetition, whoever has gone meanwhile.
        var evaluation = new SnapshotEvaluation(target.View.Shown, evaluations, clock.GetUtcNow(), CancellationToken.None);
        var muted = item.Document!.Read<CertificateSettings>().MutedFindings;
        var findings = evaluation.Evaluate(target.Name, prepared.Content, prepared.Repaired, muted);
        var facts = new VersionFacts(written.Stored.Row, prepared.Content, written.HasKey, written.RequestOpen);
        var shape = CertificateResponse.Show(
            item, target.Level.Name, facts, [.. findings, .. prepared.Notes.Select(n => evaluation.Show(n, null))]);
        return written.Replaced is { } replaced ? shape with { Replaces = Compare(target, evaluation, replaced, prepared.Content) } : shape;
    }

    // A version that cannot be read any more is compared with nothing.
    private static ReplacedVersionShape? Compare(
        ItemTarget target, SnapshotEvaluation evaluation, CertificateVersion replaced, NewVersion content)
    {
        if (evaluation.Read(replaced) is not { } old) return null;
        var differences = CertificateComparison.Between(
            new ServedCertificate(old.Leaf, old.Intermediates),
            new ServedCertificate(content.Leaf, content.Intermediates),
            SnapshotFacts.Of(target.View.Shown).Trust.Anchors);
        return new ReplacedVersionShape
        {
            Level = target.Level.Name.ToString(),
            Version = replaced.Number,
            Differences = ReplacementResponse.Show(differences, []),
        };
    }
}

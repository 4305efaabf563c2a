using Cluster.Contracts.Certificates;
using Cluster.Contracts.Settings;
using Cluster.Domain.Bundles;
using Cluster.Domain.Configuration;
using Cluster.Domain.Settings;
using Cluster.Domain.Validation;
using Cluster.Manager.Features.Commits;
using Cluster.Pki.Certificates;
using Cluster.Pki.Chains;
using Cluster.Pki.Findings;
using Cluster.Storage.Certificates;

namespace Cluster.Manager.Features.Certificates;

/// <summary>
/// Findings about certificates in the configuration that a request sees; built once a request. What was said of stored versions
/// is remembered beyond it. It stops when the request does.
/// </summary>
internal sealed class SnapshotEvaluation(
    ConfigurationSnapshot snapshot, EvaluationCache evaluations, DateTimeOffset now, CancellationToken stop)
{
    private readonly CertificateEvaluator remembering = evaluations.For(snapshot.ClusterId, stop);
    private readonly SnapshotFacts facts = SnapshotFacts.Of(snapshot);

    /// <summary>Certificates of the cluster's trusted authorities, at every level, enabled or not.</summary>
    public static IReadOnlyList<CertificateInfo> AuthoritiesOf(ConfigurationSnapshot snapshot) => [.. snapshot.Items
        .Where(i => !i.Hidden && i.Key.Is<TrustedAuthority>())
        .SelectMany(i => AuthorityText.Read(i.Document!.Read<TrustedAuthority>()))];

    /// <summary>What stands in a stored version.</summary>
    /// <returns>Null when it cannot be read.</returns>
    public NewVersion? Read(CertificateVersion row) =>
        evaluations.Facts(snapshot.ClusterId, CertificateContents.Of(row, false)) is { } read
            ? new NewVersion(row.Source, read.Leaf, read.Intermediates)
            : null;

    /// <summary>Evaluates a stored version as the certificate of a name, by itself and in every place that names it.</summary>
    public IReadOnlyList<CertificateFindingShape> Evaluate(string name, CertificateContent content, IReadOnlyList<MutedFinding>? muted) =>
        Show(facts.UsesOf(name).SelectMany(use => remembering(content, use, facts.Trust, now)), muted);

    /// <summary>Evaluates new content as the certificate of a name, by itself and in every place that names it.</summary>
    /// <param name="name">Name of the certificate.</param>
    /// <param name="content">The version.</param>
    /// <param name="repaired">What the repair of an upload did; null = there was nothing to repair.</param>
    /// <param name="muted">Warnings that are accepted.</param>
    public IReadOnlyList<CertificateFindingShape> Evaluate(
        string name, NewVersion content, CertificateChain? repaired, IReadOnlyList<MutedFinding>? muted)
    {
        var context = new FindingContext
        {
            Certificate = content.Leaf,
            Intermediates = content.Intermediates,
            Repaired = repaired,
            Now = now,
            Demo = content.Source == CertificateSource.Demo,
            Trust = facts.Trust.Anchors,
            Budget = WorkBudget.ForCertificate(stop),
        };
        return Show(
            facts.UsesOf(name)
                .SelectMany(
                    u => CertificateFindings.Evaluate(
                        context with { Role = u.Role, HostNames = u.HostName is { } host ? [host] : [], Public = u.Public })),
            muted);
    }

    public CertificateFindingShape Show(CertificateFinding finding, IReadOnlyList<MutedFinding>? muted) => new()
    {
        Code = finding.Code,
        Severity = finding.Severity.ToFindingSeverity(),
        Message = finding.Message,
        Hint = finding.Hint,
        Muted = finding.Severity != PkiSeverity.Error && muted?.Any(m => m.Code == finding.Code && m.Until > now) == true ? true : null,
    };

    private IReadOnlyList<CertificateFindingShape> Show(IEnumerable<CertificateFinding> found, IReadOnlyList<MutedFinding>? muted) =>
        [.. found
            .GroupBy(f => (f.Code, f.Message))
            .Select(g => g.MinBy(f => f.Severity)!)
            .OrderBy(f => f.Severity).ThenBy(f => f.Code, StringComparer.Ordinal)
            .Select(f => Show(f, muted))];
}

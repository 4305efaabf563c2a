using System.Text.Json;
using Cluster.Contracts.Certificates;
using Cluster.Contracts.Settings;
using Cluster.Domain.ChangeSets;
using Cluster.Domain.Configuration;
using Cluster.Domain.Failures;
using Cluster.Manager.Features.Commits;
using Cluster.Manager.Features.Settings;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.Requests;
using Cluster.Pki.Chains;
using Cluster.Pki.Keys;
using Cluster.Storage;
using Cluster.Storage.Audit;
using Cluster.Storage.Certificates;
using Cluster.Storage.Units;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Certificates;

/// <summary>
/// The common course of writes that make a version: key and version become durable, then the item is pointed to it through the one way in which
/// configuration changes; at once, or staged. All of it is one unit of work.
/// </summary>
internal sealed class CertificateVersionWriter(SettingWrite settings, KeyVault vault, VersionRows versions, AuditTrail audit, EvaluationCache evaluations, TimeProvider clock)
{
    /// <summary>Stores content as a version of the name in the path and points the item to it.</summary>
    /// <param name="context">The request.</param>
    /// <param name="verb">Ends the name of the action.</param>
    /// <param name="prepare">Gives the content, in the unit of work.</param>
    public async Task<Outcome<WrittenCertificate>> RunAsync(HttpContext context, string verb, Func<WriteTarget, CancellationToken, Task<Outcome<PreparedVersion>>> prepare)
    {
        WrittenVersion? made = null;
        var written = await settings.RunAsync(context, SettingsKinds.Certificates, verb, async (target, ct) =>
        {
            var prepared = await prepare(target, ct);
            if (!prepared.Succeeded) return prepared.Failure;
            var stored = await StoreAsync(context, target, verb, prepared.Value, ct);
            if (!stored.Succeeded) return stored.Failure;
            made = stored.Value;
            return Outcome.Of<IReadOnlyList<StagedEdit>>([Point(target, made.Row.Number)]);
        });
        return written.Succeeded ? new WrittenCertificate(written.Value, made!) : written.Failure;
    }

    /// <summary>The edit that points an item to a version; labels and muted findings stay.</summary>
    public static StagedEdit Point(WriteTarget target, int number)
    {
        var current = target.Current is { Hidden: false } item ? item.Document!.Read<CertificateSettings>() : null;
        var document = (current ?? new CertificateSettings { Version = number }) with { Version = number };
        var element = JsonSerializer.SerializeToElement(document, Contracts.Json.ContractsJson.Default.CertificateSettings);
        return new StagedEdit
        {
            Key = target.Level.Key(Kinds.Certificates, target.Name),
            Name = target.Name,
            Kind = EditKind.Put,
            Document = SettingsDocument.FromElement(Kinds.Certificates, element),
        };
    }

    /// <summary>Answers with the certificate as it stands after the write.</summary>
    public static IResult Answer(HttpContext context, WrittenCertificate written)
    {
        written.Item.Outcome.SetHeaders(context);
        context.Response.Headers.ETag = ItemResponse.Tag(written.Item.Item);
        var shape = written.Version.Shape(written.Item.Item!);
        if (context.IsDryRun() && written.Version.IsNew) shape = shape with { Version = null };
        // What only a key that was not made would give is left out.
        if (written.Version.Promised) shape = shape with { SerialNumber = null, Sha256 = null, PublicKeySha256 = null, SigningRequest = SigningRequestPresence.Open };
        if (!written.Item.Created) return Answers.Json(shape, CertificatesJson.Default.CertificateShape);
        var location = $"/api/v1/clusters/{context.Cluster().Name}/certificates/{shape.Name}?level={shape.Level}";
        return Answers.Created(context, location, shape, CertificatesJson.Default.CertificateShape);
    }

    private async Task<Outcome<WrittenVersion>> StoreAsync(HttpContext context, WriteTarget target, string verb, PreparedVersion prepared, CancellationToken ct)
    {
        var (db, cluster) = (target.Db, target.Write.ClusterId);
        var digest = prepared.Content.Leaf.PublicKeySha256;
        if (ItemNames.Check(Kinds.Certificates, target.Name, "/name") is { } wrongName) return Hosting.Problems.CommonFailures.Invalid(wrongName);
        if (await VersionRows.IsCompromisedAsync(db, cluster, digest, ct)) return CertificateFailures.Compromised;
        if (prepared.Promised) await vault.PromiseAsync(db, cluster, prepared.Content.Leaf.PublicKey, ct);
        if (prepared.Key is { } key) await vault.StoreAsync(db, cluster, key, ct);
        if (prepared.Also is { } also) await also(target, ct);
        var same = await VersionRows.FindSameAsync(db, cluster, target.Level, target.Name, prepared.Content, ct);
        if (same is null && await versions.Quotas.CheckVersionsAsync(db, cluster, target.Level, target.Name, 1, ct) is { } full) return full;
        var row = same ?? await versions.AddAsync(db, cluster, target.Level, target.Name, prepared.Content, ct);
        await FulfilAsync(db, cluster, digest, prepared, ct);
        if (same is null) await AuditAsync(context, target, verb, row, ct);
        await db.SaveChangesAsync(ct);
        var hasKey = await db.Keys.AnyAsync(k => k.ClusterId == cluster && k.PublicKeySha256 == digest && k.Sealed != null, ct);
        var open = await OpenAsync(db, target, ct);
        var evaluation = new CertificateEvaluation(target.View.Shown, evaluations, clock.GetUtcNow());
        var extra = prepared.Notes.Select(f => evaluation.Show(f, null));
        return new WrittenVersion(row, same is null, prepared.Promised, item =>
        {
            var muted = item.Document!.Read<CertificateSettings>().MutedFindings;
            var findings = evaluation.Evaluate(target.Name, prepared.Content, prepared.Repaired, muted);
            return CertificateResponse.Show(item, target.Level.Name, new VersionFacts(row, prepared.Content, hasKey, open), [.. findings, .. extra]);
        });
    }

    // The request is fulfilled as soon as a version that somebody signed for its key exists.
    private static async Task FulfilAsync(ClusterDbContext db, Guid cluster, string digest, PreparedVersion prepared, CancellationToken ct)
    {
        if (prepared.Content.Source != CertificateSource.Signed) return;
        foreach (var request in await db.SigningRequests.AsTracking().Where(r => r.ClusterId == cluster && r.PublicKeySha256 == digest && r.State == "open").ToListAsync(ct))
            request.State = "fulfilled";
    }

    private Task AuditAsync(HttpContext context, WriteTarget target, string verb, CertificateVersion row, CancellationToken ct) => audit.AppendAsync(
        target.Db,
        context.Audit($"certificate-version.{verb}", $"certificates/{row.Name}@{target.Level.Name}", new System.Text.Json.Nodes.JsonObject
        {
            ["version"] = row.Number,
            ["sha256"] = row.Sha256,
            ["publicKeySha256"] = row.PublicKeySha256,
        }),
        ct);

    private static Task<bool> OpenAsync(ClusterDbContext db, WriteTarget target, CancellationToken ct)
    {
        var (cluster, kind, id, name) = (target.Write.ClusterId, target.Level.Kind, target.Level.Id, target.Name);
        return db.SigningRequests.AnyAsync(r => r.ClusterId == cluster && r.LevelKind == kind && r.LevelId == id && r.Name == name && r.State == "open", ct);
    }
}

/// <summary>What is to become a version.</summary>
/// <param name="Content">The content.</param>
/// <param name="Key">Its private key, when it came along; owned by the caller.</param>
/// <param name="Repaired">What the repair of the chain did; null = nothing to repair.</param>
internal sealed record PreparedVersion(NewVersion Content, PrivateKeyMaterial? Key, CertificateChain? Repaired)
{
    /// <summary>Further rows of the same unit, for example the signing request.</summary>
    public Func<WriteTarget, CancellationToken, Task>? Also { get; init; }

    /// <summary>Whether this is a dry run of one whose key would be made.</summary>
    public bool Promised { get; init; }

    /// <summary>What the reader had to say.</summary>
    public IReadOnlyList<Pki.Findings.CertificateFinding> Notes { get; init; } = [];
}

/// <summary>A version that a write points to.</summary>
/// <param name="Row">The version.</param>
/// <param name="IsNew">False when one that says the same was there.</param>
/// <param name="Promised">Whether its key would only be made.</param>
/// <param name="Shape">Shows it as the version of the written item.</param>
internal sealed record WrittenVersion(CertificateVersion Row, bool IsNew, bool Promised, Func<Item, CertificateShape> Shape);

/// <summary>What came of a write.</summary>
/// <param name="Item">The item.</param>
/// <param name="Version">The version.</param>
internal sealed record WrittenCertificate(WrittenItem Item, WrittenVersion Version);

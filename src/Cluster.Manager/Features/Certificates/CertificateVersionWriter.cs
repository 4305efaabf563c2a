using System.Text.Json;
using System.Text.Json.Nodes;
using Cluster.Contracts.Certificates;
using Cluster.Contracts.Json;
using Cluster.Contracts.Settings;
using Cluster.Domain.ChangeSets;
using Cluster.Domain.Configuration;
using Cluster.Manager.Features.Settings;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Units;
using Cluster.Pki.Chains;
using Cluster.Pki.Findings;
using Cluster.Pki.Keys;
using Cluster.Storage;
using Cluster.Storage.Audit;
using Cluster.Storage.Certificates;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Certificates;

/// <summary>
/// Stores what becomes a version of a certificate, with its key; which version the item points to is a setting like any other.
/// </summary>
internal sealed class CertificateVersionWriter(KeyVault vault, VersionRows versions, AuditTrail audit)
{
    /// <summary>Stores content as a version of the target; one that says the same is found again and used.</summary>
    /// <param name="target">The item.</param>
    /// <param name="verb">Ends the name of the action in the audit.</param>
    /// <param name="prepared">The content.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<StoredVersion> StoreAsync(ItemTarget target, string verb, PreparedVersion prepared, CancellationToken ct)
    {
        var (db, cluster, content) = (target.Db, target.ClusterId, prepared.Content);
        var digest = content.Leaf.PublicKeySha256;
        if (ItemNames.Check(CertificateSettings.Kind, target.Name, "/name") is { } wrong)
            throw new RefusedException(CommonFailures.Invalid(wrong));
        if (await VersionRows.IsCompromisedAsync(db, cluster, digest, ct)) throw new RefusedException(CertificateFailures.Compromised);

        if (prepared.Promised) await vault.PromiseAsync(db, cluster, content.Leaf.PublicKey, ct);
        if (prepared.Key is { } key) await vault.StoreAsync(db, cluster, key, ct);
        var same = await VersionRows.FindSameAsync(db, cluster, target.Level, target.Name, content, ct);
        if (same is null) (await versions.Quotas.CheckVersionsAsync(db, cluster, target.Level, target.Name, 1, ct)).OrRefuse();
        var row = same ?? await versions.AddAsync(db, cluster, target.Level, target.Name, content, ct);
        if (content.Source == CertificateSource.Signed) await FulfilAsync(db, cluster, digest, ct);
        if (same is null) await audit.AppendAsync(db, Entry(target, verb, row), ct);
        await db.SaveChangesAsync(ct);
        return new StoredVersion(prepared, row, same is null);
    }

    /// <summary>The edit that points an item to a version; labels and muted findings stay.</summary>
    public static StagedEdit PointTo(ItemTarget target, int number)
    {
        var current = target.Current is { Hidden: false } item ? item.Document!.Read<CertificateSettings>() : null;
        var document = (current ?? new CertificateSettings { Version = number }) with { Version = number };
        return new StagedEdit
        {
            Key = target.Level.Key<CertificateSettings>(target.Name),
            Name = target.Name,
            Kind = EditKind.Put,
            Document = Document(document),
        };
    }

    public static SettingsDocument Document(CertificateSettings settings) =>
        SettingsDocument.Of(settings);

    /// <summary>Reads, in the unit that wrote, what the answer shows beside the version.</summary>
    public static async Task<WrittenVersion> ReadBackAsync(
        ItemTarget target, StoredVersion stored, WrittenItem written, CancellationToken ct)
    {
        var (db, cluster, kind, id, name) = (target.Db, target.ClusterId, target.Level.Kind, target.Level.Id, target.Name);
        var digest = stored.Row.PublicKeySha256;
        var hasKey = await db.Keys.AnyAsync(k => k.ClusterId == cluster && k.PublicKeySha256 == digest && k.Sealed != null, ct);
        var open = await db.SigningRequests.AnyAsync(
            r =>
                r.ClusterId == cluster
                    && r.LevelKind == kind
                    && r.LevelId == id
                    && r.Name == name
                    && r.State == SigningRequestState.Open, ct);
        return new WrittenVersion(target, stored, written, hasKey, open) { Replaced = await ReplacedAsync(target, stored, ct) };
    }

    // The version that the request found the item to point to, unless it says the same.
    private static async Task<CertificateVersion?> ReplacedAsync(ItemTarget target, StoredVersion stored, CancellationToken ct)
    {
        if (target.Current is not { Hidden: false } item) return null;
        var number = item.Document.Read<CertificateSettings>().Version;
        return number == stored.Row.Number
            ? null
            : await VersionRows.Of(target.Db, target.ClusterId, target.Level, target.Name).AsNoTracking()
                .SingleOrDefaultAsync(v => v.Number == number && v.DestroyedAt == null, ct);
    }

    // The request is fulfilled as soon as a version that somebody signed for its key exists.
    private static async Task FulfilAsync(ClusterDbContext db, Guid cluster, string digest, CancellationToken ct)
    {
        var open = await db.SigningRequests.AsTracking()
            .Where(r => r.ClusterId == cluster && r.PublicKeySha256 == digest && r.State == SigningRequestState.Open)
            .ToListAsync(ct);
        foreach (var request in open) request.State = SigningRequestState.Fulfilled;
    }

    private static AuditEntry Entry(ItemTarget target, string verb, CertificateVersion row) => target.Request.Audit(
        $"certificate-version.{verb}",
        $"certificates/{row.Name}@{target.Level.Name}",
        new JsonObject { ["version"] = row.Number, ["sha256"] = row.Sha256, ["publicKeySha256"] = row.PublicKeySha256 });
}

/// <summary>What is to become a version.</summary>
/// <param name="Content">The content.</param>
/// <param name="Key">Its private key, when it came along; owned by the caller.</param>
/// <param name="Repaired">What the repair of the chain did; null = nothing to repair.</param>
internal sealed record PreparedVersion(NewVersion Content, PrivateKeyMaterial? Key, CertificateChain? Repaired)
{
    /// <summary>Whether this is a dry run of one whose key would be made.</summary>
    public bool Promised { get; init; }

    /// <summary>What the reader had to say.</summary>
    public IReadOnlyList<CertificateFinding> Notes { get; init; } = [];
}

/// <summary>A version as it is stored.</summary>
/// <param name="Prepared">What it was made of.</param>
/// <param name="Row">The version.</param>
/// <param name="IsNew">False when one that says the same was there.</param>
internal sealed record StoredVersion(PreparedVersion Prepared, CertificateVersion Row, bool IsNew);

/// <summary>A version and the item that points to it after a write.</summary>
/// <param name="Target">The item before.</param>
/// <param name="Stored">The version.</param>
/// <param name="Item">The item after.</param>
/// <param name="HasKey">Whether the key of the version is here.</param>
/// <param name="RequestOpen">Whether a signing request of the name and level is open.</param>
internal sealed record WrittenVersion(ItemTarget Target, StoredVersion Stored, WrittenItem Item, bool HasKey, bool RequestOpen)
{
    /// <summary>The version in whose place it is now; null = there was none, or it is the same.</summary>
    public CertificateVersion? Replaced { get; init; }
}

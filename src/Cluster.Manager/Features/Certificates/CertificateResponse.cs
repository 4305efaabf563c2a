using Cluster.Contracts.Certificates;
using Cluster.Contracts.Findings;
using Cluster.Contracts.Levels;
using Cluster.Contracts.Settings;
using Cluster.Domain.Configuration;
using Cluster.Domain.Validation;
using Cluster.Manager.Features.Commits;
using Cluster.Pki.Certificates;
using Cluster.Storage;
using Cluster.Storage.Certificates;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Certificates;

/// <summary>How certificates are shown.</summary>
internal static class CertificateResponse
{
    /// <summary>Example of an answer.</summary>
    public const string Example = """{"name":"mx","level":"cluster","version":1,"source":"self-signed","custody":"manager","subject":"CN=mx.example.org","issuer":"CN=mx.example.org","dnsNames":["mx.example.org"],"keyAlgorithm":"rsa","keySize":2048,"hasPrivateKey":true,"chain":[],"signingRequest":"open","findings":[]}""";

    /// <summary>Shows items of the kind, each with the version that it points to.</summary>
    public static async Task<IReadOnlyList<CertificateShape>> ShowAsync(
        ClusterDbContext db,
        Guid clusterId,
        IReadOnlyList<(Item Item, LevelName Level)> items,
        SnapshotEvaluation evaluation,
        CancellationToken ct)
    {
        var names = items.Select(i => i.Item.Key.Name).Distinct().ToList();
        var versions = await VersionsAsync(db, clusterId, items, names, ct);
        var keyDigests = versions.Values.Select(v => v.PublicKeySha256).Distinct().ToList();
        var keys = await db.Keys.AsNoTracking()
            .Where(k => k.ClusterId == clusterId && k.Sealed != null && keyDigests.Contains(k.PublicKeySha256))
            .Select(k => k.PublicKeySha256)
            .ToHashSetAsync(ct);
        var compromised = await db.CertificateVersions.AsNoTracking()
            .Where(v => v.ClusterId == clusterId && v.CompromisedAt != null && keyDigests.Contains(v.PublicKeySha256))
            .Select(v => v.PublicKeySha256)
            .ToHashSetAsync(ct);
        var open = (await db.SigningRequests.AsNoTracking()
            .Where(r => r.ClusterId == clusterId && r.State == SigningRequestState.Open && names.Contains(r.Name))
            .Select(r => new { r.LevelKind, r.LevelId, r.Name })
            .ToListAsync(ct))
            .Select(r => (r.LevelKind, r.LevelId, r.Name)).ToHashSet();
        return [.. items.Select(i =>
        {
            var key = i.Item.Key;
            if (i.Item.Hidden) return new CertificateShape { Name = i.Item.Name, Level = i.Level.ToString(), Hidden = true };
            var row = versions.GetValueOrDefault(key);
            if (row is null) return Bare(i.Item, i.Level);
            var hasKey = keys.Contains(row.PublicKeySha256);
            var facts = new VersionFacts(row, evaluation.Read(row), hasKey, open.Contains((key.LevelKind, key.LevelId, key.Name)));
            var findings = evaluation.Evaluate(
                i.Item.Name, CertificateContents.Of(row, hasKey), i.Item.Document!.Read<CertificateSettings>().MutedFindings);
            return Show(i.Item, i.Level, facts, compromised.Contains(row.PublicKeySha256) ? [Compromised(row), .. findings] : findings);
        })];
    }

    public static CertificateShape Show(Item item, LevelName level, VersionFacts facts, IReadOnlyList<CertificateFindingShape> findings)
    {
        var known = Bare(item, level) with
        {
            Source = facts.Row.Source,
            Custody = facts.Row.Custody,
            NotAfter = facts.Row.NotAfter,
            Sha256 = facts.Row.Sha256,
            PublicKeySha256 = facts.Row.PublicKeySha256,
            HasPrivateKey = facts.HasPrivateKey,
            SigningRequest = facts.RequestOpen ? SigningRequestPresence.Open : SigningRequestPresence.None,
            Findings = findings,
        };
        // One that cannot be read is shown with what stands beside it; a finding says so.
        if (facts.Content is not { } content) return known;
        return known with
        {
            Source = content.Source,
            Subject = content.Leaf.Subject,
            Issuer = content.Leaf.Issuer,
            SerialNumber = content.Leaf.SerialNumber,
            DnsNames = content.Leaf.DnsNames,
            IpAddresses = [.. content.Leaf.IpAddresses.Select(a => a.ToString())],
            NotBefore = content.Leaf.NotBefore,
            NotAfter = content.Leaf.NotAfter,
            KeyAlgorithm = KeyMaking.NameOf(content.Leaf.KeyAlgorithm),
            KeySize = content.Leaf.KeySize,
            Sha256 = content.Leaf.Sha256,
            PublicKeySha256 = content.Leaf.PublicKeySha256,
            Chain = ShowChain(content.Intermediates),
        };
    }

    public static CertificateVersionShape ShowVersion(CertificateVersion row, bool current, bool hasPrivateKey)
    {
        var content = ContentOf(row);
        return new CertificateVersionShape
        {
            Version = row.Number,
            Source = content.Source,
            Current = current,
            Subject = content.Leaf.Subject,
            Issuer = content.Leaf.Issuer,
            SerialNumber = content.Leaf.SerialNumber,
            NotBefore = content.Leaf.NotBefore,
            NotAfter = content.Leaf.NotAfter,
            Sha256 = row.Sha256,
            PublicKeySha256 = row.PublicKeySha256,
            HasPrivateKey = hasPrivateKey,
            Chain = ShowChain(content.Intermediates),
            CreatedAt = row.CreatedAt,
            CompromisedAt = row.CompromisedAt,
            DestroyedAt = row.DestroyedAt,
        };
    }

    public static IReadOnlyList<ChainCertificateShape> ShowChain(IEnumerable<CertificateInfo> intermediates) =>
        [
            .. intermediates.Select(
                c => new ChainCertificateShape { Subject = c.Subject, Issuer = c.Issuer, NotAfter = c.NotAfter, Sha256 = c.Sha256 })
        ];

    /// <summary>The content of a stored version.</summary>
    public static NewVersion ContentOf(CertificateVersion row) =>
        new(row.Source, VersionRows.LeafOf(row), VersionRows.IntermediatesOf(row));

    private static CertificateFindingShape Compromised(CertificateVersion row) => new()
    {
        Code = CertificateVersionRule.Compromised,
        Severity = FindingSeverity.Error,
        Message = CertificateVersionRule.CompromisedMessage(row.Name, row.Number),
        Hint = CertificateVersionRule.CompromisedHint,
    };

    private static CertificateShape Bare(Item item, LevelName level)
    {
        var settings = item.Document!.Read<CertificateSettings>();
        return new CertificateShape
        {
            Name = item.Name,
            Level = level.ToString(),
            Version = settings.Version,
            Labels = settings.Labels,
            MutedFindings = settings.MutedFindings,
        };
    }

    private static async Task<Dictionary<ItemKey, CertificateVersion>> VersionsAsync(
        ClusterDbContext db, Guid clusterId, IReadOnlyList<(Item Item, LevelName Level)> items, List<string> names, CancellationToken ct)
    {
        var wanted =
            items.Where(i => !i.Item.Hidden).ToDictionary(i => i.Item.Key, i => i.Item.Document!.Read<CertificateSettings>().Version);
        var numbers = wanted.Values.Distinct().ToList();
        var rows = await db.CertificateVersions.AsNoTracking()
            .Where(v => v.ClusterId == clusterId && names.Contains(v.Name) && numbers.Contains(v.Number))
            .ToListAsync(ct);
        return rows
            .Select(v => (Key: ItemKey.Of<CertificateSettings>(v.LevelKind, v.LevelId, v.Name), Row: v))
            .Where(v => wanted.TryGetValue(v.Key, out var number) && number == v.Row.Number)
            .ToDictionary(v => v.Key, v => v.Row);
    }
}

/// <summary>A version with what stands beside it.</summary>
/// <param name="Row">The version.</param>
/// <param name="Content">What stands in it; null = it cannot be read.</param>
/// <param name="HasPrivateKey">Whether its key is here.</param>
/// <param name="RequestOpen">Whether a request of the name and level is open.</param>
internal sealed record VersionFacts(CertificateVersion Row, NewVersion? Content, bool HasPrivateKey, bool RequestOpen);

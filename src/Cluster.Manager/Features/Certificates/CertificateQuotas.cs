using Cluster.Domain.Failures;
using Cluster.Manager.Features.Configuration;
using Cluster.Storage;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Certificates;

/// <summary>How much of the database one cluster may take with certificates, so that automation that runs wild is stopped and told so.</summary>
internal static class CertificateQuotas
{
    /// <summary>Versions of one name at one level that are not destroyed.</summary>
    public const int VersionsOfOne = 1_000;

    /// <summary>Versions of a cluster that are not destroyed.</summary>
    public const int Versions = 100_000;

    /// <summary>Open signing requests of a cluster.</summary>
    public const int OpenRequests = 50_000;

    /// <summary>Whether a version more is allowed; null = yes.</summary>
    public static async Task<Failure?> CheckVersionAsync(ClusterDbContext db, Guid clusterId, ItemLevel level, string name, CancellationToken ct)
    {
        if (await VersionRows.Of(db, clusterId, level, name).CountAsync(v => v.DestroyedAt == null, ct) >= VersionsOfOne)
            return Exceeded("versions-of-one-certificate", VersionsOfOne, $"The certificate '{name}' has {VersionsOfOne} versions at this level; destroy old ones first.");
        return await db.CertificateVersions.CountAsync(v => v.ClusterId == clusterId && v.DestroyedAt == null, ct) >= Versions
            ? Exceeded("versions", Versions, $"The cluster has {Versions} versions of certificates; destroy old ones first.")
            : null;
    }

    /// <summary>Whether an open signing request more is allowed; null = yes.</summary>
    public static async Task<Failure?> CheckRequestAsync(ClusterDbContext db, Guid clusterId, CancellationToken ct) =>
        await db.SigningRequests.CountAsync(r => r.ClusterId == clusterId && r.State == "open", ct) >= OpenRequests
            ? Exceeded("open-signing-requests", OpenRequests, $"The cluster has {OpenRequests} open signing requests; have them signed or cancel them first.")
            : null;

    private static Failure Exceeded(string quota, int limit, string detail) => new(FailureCategory.Conflict, "quota-exceeded", detail)
    {
        Extensions = new Dictionary<string, System.Text.Json.Nodes.JsonNode?> { ["quota"] = quota, ["limit"] = limit },
    };
}

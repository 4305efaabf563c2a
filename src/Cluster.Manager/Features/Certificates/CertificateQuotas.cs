using Cluster.Contracts.Certificates;
using Cluster.Contracts.Problems;
using Cluster.Domain.Failures;
using Cluster.Manager.Features.Commits;
using Cluster.Storage;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Certificates;

/// <summary>
/// How much of the database one cluster may take with certificates, so that automation that runs wild is stopped and told so.
/// </summary>
internal sealed record CertificateQuotas
{
    /// <summary>Versions of one name at one level that are not destroyed.</summary>
    public int VersionsOfOne { get; init; } = 1_000;

    /// <summary>Versions of a cluster that are not destroyed.</summary>
    public int Versions { get; init; } = 100_000;

    /// <summary>Open signing requests of a cluster.</summary>
    public int OpenRequests { get; init; } = 50_000;

    /// <summary>Whether that many versions more are allowed; null = yes.</summary>
    public async Task<Failure?> CheckVersionsAsync(
        ClusterDbContext db, Guid clusterId, ItemLevel level, string name, int more, CancellationToken ct)
    {
        if (await VersionRows.Of(db, clusterId, level, name).CountAsync(v => v.DestroyedAt == null, ct) + more > VersionsOfOne)
            return Exceeded(
                "versions-of-one-certificate",
                VersionsOfOne,
                $"The certificate '{name}' has at most {VersionsOfOne} versions at a level; destroy old ones first.");
        return await db.CertificateVersions.CountAsync(v => v.ClusterId == clusterId && v.DestroyedAt == null, ct) + more > Versions
            ? Exceeded("versions", Versions, $"The cluster has at most {Versions} versions of certificates; destroy old ones first.")
            : null;
    }

    /// <summary>Whether that many open signing requests more are allowed; null = yes.</summary>
    public async Task<Failure?> CheckRequestsAsync(ClusterDbContext db, Guid clusterId, int more, CancellationToken ct) =>
        more > 0
            && await db.SigningRequests.CountAsync(r => r.ClusterId == clusterId && r.State == SigningRequestState.Open, ct)
                + more > OpenRequests
            ? Exceeded(
                "open-signing-requests",
                OpenRequests,
                $"The cluster has at most {OpenRequests} open signing requests; have them signed or cancel them first.")
            : null;

    private static Failure Exceeded(string quota, int limit, string detail) => new(
        FailureCategory.Conflict, ProblemCodes.QuotaExceeded, detail)
    {
        Extensions = new Dictionary<string, System.Text.Json.Nodes.JsonNode?> { ["quota"] = quota, ["limit"] = limit },
    };
}

using System.Text.Json.Nodes;
using Cluster.Contracts.Certificates;
using Cluster.Contracts.Json;
using Cluster.Manager.Features.Commits;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;
using Cluster.Storage;
using Cluster.Storage.Audit;
using Cluster.Storage.Certificates;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Certificates;

/// <summary>Marks a version compromised: blocks every way back to it, ends the open requests for its key, and lists who holds it.</summary>
internal static class MarkCompromised
{
    public static void Map(IEndpointRouteBuilder certificates) => certificates
        .MapPost("/{name}/versions/{n:int}/compromised", HandleAsync)
        .RequireAuthorization(Policies.Operator)
        .Operation(
            "markCertificateVersionCompromised",
            "Marks a version compromised: blocks every way back to it and lists the machines that hold its key.",
            "It stays where it is in use until another version takes its place. Open signing requests for its key become compromised "
                + "as well. The mark is final.")
        .Query("level", "cluster (default), group:NAME or machine:NAME.")
        .Returns<CertificateVersionShape>();

    private static async Task<IResult> HandleAsync(
        HttpContext context, UnitRunner units, AuditTrail audit, DocumentCache documents, TimeProvider clock, int n)
    {
        var marked = await units.WriteAsync(context, async (db, request, ct) =>
        {
            var found = await VersionActions.FindAsync(context, db, n, ct);
            var row = found.Row;
            request.CheckConditions(VersionActions.Tag(row));
            var ended = await EndRequestsAsync(db, row, ct);
            if (row.CompromisedAt is null || ended > 0)
            {
                row.CompromisedAt ??= Instants.Cut(clock.GetUtcNow());
                var target = $"certificates/{row.Name}@{found.Level.Name}/versions/{n}";
                await audit.AppendAsync(
                    db, request.Audit("certificate-version.compromised", target, new JsonObject { ["signingRequests"] = ended }), ct);
            }

            var shape = await VersionActions.ShowAsync(db, found, await VersionUse.CurrentAsync(db, found, documents, ct), ct);
            return (Shape: shape, Tag: VersionActions.Tag(row));
        });
        return marked.Match(v => JsonReplies.Live(context, v.Shape, RestJson.Default.CertificateVersionShape, v.Tag));
    }

    // Whatever an authority signs for the key from now on is refused, at every name and level.
    private static async Task<int> EndRequestsAsync(ClusterDbContext db, CertificateVersion row, CancellationToken ct)
    {
        var open = await db.SigningRequests.AsTracking()
            .Where(r => r.ClusterId == row.ClusterId && r.PublicKeySha256 == row.PublicKeySha256 && r.State == SigningRequestState.Open)
            .ToListAsync(ct);
        foreach (var request in open) request.State = SigningRequestState.Compromised;
        return open.Count;
    }
}

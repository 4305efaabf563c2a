using System.Text.Json.Nodes;
using Cluster.Manager.Features.Commits;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;
using Cluster.Storage;
using Cluster.Storage.Audit;

namespace Cluster.Manager.Features.Certificates;

/// <summary>Destroys a version, and its key unless another version or an open request has it; its number is never used again.</summary>
internal static class DestroyVersion
{
    public static void Map(IEndpointRouteBuilder certificates) => certificates
        .MapDelete("/{name}/versions/{n:int}", HandleAsync)
        .RequireAuthorization(Policies.Operator)
        .Operation(
            "destroyCertificateVersion",
            "Destroys a version and its key for good.",
            "409 in-use while the running configuration, the baseline, what a machine should have, or an open change set points to it.")
        .Query("level", "cluster (default), group:NAME or machine:NAME.")
        .ReturnsNothing();

    private static async Task<IResult> HandleAsync(
        HttpContext context, UnitRunner units, AuditTrail audit, DocumentCache documents, KeyVault vault, TimeProvider clock, int n)
    {
        var destroyed = await units.WriteAsync(context, async (db, request, ct) =>
        {
            var found = await VersionActions.FindAsync(context, db, n, ct);
            var row = found.Row;
            request.CheckConditions(VersionActions.Tag(row));
            if (row.DestroyedAt is not null) throw new RefusedException(CertificateFailures.Destroyed(n));
            var users = await VersionUse.UsersAsync(db, found, documents, ct);
            if (users.Count > 0) throw new RefusedException(CertificateFailures.VersionInUse(n, users));
            row.DestroyedAt = Instants.Cut(clock.GetUtcNow());
            var keyToo = await vault.DestroyIfUnusedAsync(db, row.ClusterId, row.PublicKeySha256, ct);
            var target = $"certificates/{row.Name}@{found.Level.Name}/versions/{n}";
            await audit.AppendAsync(
                db, request.Audit("certificate-version.destroy", target, new JsonObject { ["keyDestroyed"] = keyToo }), ct);
            return row;
        });
        return destroyed.Match(_ => Results.NoContent());
    }
}

using Cluster.Domain.Failures;
using Cluster.Manager.Features.Commits;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Requests;
using Cluster.Storage;
using Cluster.Storage.Audit;
using Cluster.Storage.Units;

namespace Cluster.Manager.Features.Certificates;

/// <summary>Destroys a version, and its key unless another version or an open request has it; its number is never used again.</summary>
internal static class DestroyVersion
{
    public static void Map(IEndpointRouteBuilder certificates) => certificates
        .MapDelete("/{name}/versions/{n:int}", HandleAsync)
        .RequireAuthorization(Policies.Operator)
        .Operation("destroyCertificateVersion", "Destroys a version and its key for good.", "409 in-use while the running configuration, the baseline, what a machine should have, or an open change set points to it.")
        .Query("level", "cluster (default), group:NAME or machine:NAME.")
        .ReturnsNothing();

    private static async Task<IResult> HandleAsync(HttpContext context, ClusterDatabase database, AuditTrail audit, DocumentCache documents, KeyVault vault, TimeProvider clock, int n)
    {
        var destroyed = await database.WriteAsync<Outcome<bool>>(
            context.Cluster().Id,
            async (db, ct) =>
            {
                var found = await VersionActions.FindAsync(context, db, n, write: true, ct);
                if (!found.Succeeded) return found.Failure;
                if (context.IsDryRun()) db.Unit.RollBack();
                var row = found.Value.Row;
                if (row.DestroyedAt is not null) return CertificateFailures.Destroyed(n);
                var users = await VersionUse.UsersAsync(db, found.Value, documents, ct);
                if (users.Count > 0) return CertificateFailures.VersionInUse(n, users);
                row.DestroyedAt = Instants.Cut(clock.GetUtcNow());
                var keyToo = await vault.DestroyIfUnusedAsync(db, row.ClusterId, row.PublicKeySha256, ct);
                await audit.AppendAsync(db, context.Audit("certificate-version.destroy", $"certificates/{row.Name}@{found.Value.Level.Name}/versions/{n}", new System.Text.Json.Nodes.JsonObject { ["keyDestroyed"] = keyToo }), ct);
                return true;
            },
            context.RequestAborted);
        return destroyed.Match(_ => Results.NoContent());
    }
}

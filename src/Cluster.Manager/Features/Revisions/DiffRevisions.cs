using Cluster.Contracts.Diffs;
using Cluster.Contracts.Json;
using Cluster.Domain.Configuration;
using Cluster.Domain.Diffs;
using Cluster.Domain.Fleet;
using Cluster.Domain.Renewals;
using Cluster.Manager.Features.Commits;
using Cluster.Manager.Features.Fleet;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;
using Cluster.Storage;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Revisions;

/// <summary>Shows what differs between two revisions.</summary>
internal sealed class DiffRevisions(
    UnitRunner units, SnapshotStore snapshots, FleetReader fleet, CertificateContents certificates, EvaluationCache evaluations)
{
    public static void Map(IEndpointRouteBuilder revisions) => revisions
        .MapGet("/{n:long}/diff", (HttpContext context, DiffRevisions diffs, long n, long? from) => diffs.HandleAsync(context, n, from))
        .RequireAuthorization(Policies.Viewer)
        .Operation(
            "diffRevision",
            "Shows what differs from an earlier or later revision; default is the one before.",
            "from=0 compares with what the cluster began with.")
        .Returns<DiffShape>();

    private async Task<IResult> HandleAsync(HttpContext context, long n, long? from)
    {
        var outcome = await units.ReadAsync(context, (db, ct) => DiffAsync(context, db, n, from ?? n - 1, ct));
        return outcome.Match(diff => JsonReplies.Json(diff, RestJson.Default.DiffShape));
    }

    private async Task<DiffShape> DiffAsync(HttpContext context, ClusterDbContext db, long n, long from, CancellationToken ct)
    {
        var clusterId = context.Cluster().Id;
        var cluster = await db.Clusters.AsNoTracking().SingleAsync(c => c.Id == clusterId, ct);
        if (n < 1 || n > cluster.Revision) throw new RefusedException(CommonFailures.NotFound("revision", $"{n}"));
        if (from < 0 || from > cluster.Revision)
            throw new RefusedException(
                CommonFailures.InvalidParameter("from", $"it is a revision of the cluster, 0 to {cluster.Revision}."));
        var before = await snapshots.AtAsync(db, cluster, from, ct);
        var after = await snapshots.AtAsync(db, cluster, n, ct);
        return await ShowAsync(db, before, after, ct);
    }

    private async Task<DiffShape> ShowAsync(
        ClusterDbContext db, ConfigurationSnapshot before, ConfigurationSnapshot after, CancellationToken ct)
    {
        var facts = await fleet.ReadAsync(db, before.ClusterId, ct);
        var lookup = await certificates.LoadAsync(db, before.ClusterId, [before, after], ct);
        var ledger = await KeyLedger.ReadAsync(db, before.ClusterId, ct);
        var (running, changed) = (new ResolvedConfiguration(before, facts), new ResolvedConfiguration(after, facts));
        var changes = ConfigurationDiff.Between(before, after);
        var replacements = new CertificateReplacements(lookup, content => evaluations.Facts(before.ClusterId, content), static _ => null)
            .Between(running, changed, changes.Select(c => c.Key));
        return new DiffShape
        {
            From = before.Revision,
            To = after.Revision,
            Changes = [.. changes.Select(c => ChangeResponse.Show(c, facts))],
            Replacements = ReplacementResponse.Show(replacements, facts),
            Impact = ChangeResponse.Show(ChangeImpact.Of(running, changed, lookup, ledger.Holds)),
        };
    }
}

using Cluster.Contracts.Effective;
using Cluster.Contracts.Json;
using Cluster.Domain.Bundles;
using Cluster.Domain.Configuration;
using Cluster.Domain.Fleet;
using Cluster.Domain.Levels;
using Cluster.Manager.Features.Commits;
using Cluster.Manager.Features.Fleet;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;
using Cluster.Storage;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Effective;

/// <summary>Shows what holds for a machine: its levels merged; with explain, where each value comes from and what it overrides.</summary>
internal sealed class GetEffective(UnitRunner units, ConfigurationViews views, FleetReader fleet, CertificateContents certificates)
{
    private const string Example =
        """{"revision":12,"bundle":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08","items":[{"kind":"mail-flow-policies","name":"accept","value":{"tls":"required"},"origin":{"level":"cluster","revision":12,"author":"ci","at":"2026-11-24T08:00:00Z"},"overrides":[]}]}""";

    public static void Map(IEndpointRouteBuilder machine) => machine
        .MapGet(
            "/effective",
            (HttpContext context, GetEffective effective, string m, bool? explain) => effective.HandleAsync(context, m, explain ?? false))
        .RequireAuthorization(Policies.Viewer)
        .Operation(
            "getEffective",
            "Shows what holds for a machine: its levels merged item by item.",
            "explain=true adds where each value comes from, what it overrides, and what is hidden.")
        .Returns<EffectiveShape>(example: Example)
        .Stageable();

    private async Task<IResult> HandleAsync(HttpContext context, string machine, bool explain)
    {
        var outcome = await units.ReadAsync(context, (db, ct) => ReadAsync(context, db, machine, explain, ct));
        return outcome.Match(shape => JsonReplies.Tagged(context, shape, RestJson.Default.EffectiveShape, $"\"{shape.Bundle}\""));
    }

    private async Task<EffectiveShape> ReadAsync(
        HttpContext context, ClusterDbContext db, string machine, bool explain, CancellationToken ct)
    {
        var clusterId = context.Cluster().Id;
        var level = await ItemLevel.FindAsync(db, clusterId, $"machine:{machine}", ct);
        var view = await views.ReadAsync(context, db, clusterId, ct);
        var announcement =
            await db.Reports.AsNoTracking().Where(r => r.MachineId == level.Id).Select(r => r.Announcement).SingleOrDefaultAsync(ct) ?? [];
        var lookup = await certificates.LoadAsync(db, clusterId, [view.Shown], ct);
        var effective = EffectiveResolver.Resolve(view.Shown, level.GroupId!.Value, level.Id);
        var facts = explain ? await fleet.ReadAsync(db, clusterId, ct) : null;
        return new EffectiveShape
        {
            Revision = effective.Revision,
            Bundle = BundleBuilder.Build(effective, Announcements.Capabilities(announcement), lookup).Sha256,
            Items = facts is null
                ? [
                    .. effective.Items.Select(
                        i => new EffectiveItemShape { Kind = i.Kind, Name = i.Name, Value = i.Item.Document!.ToElement() })
                ]
                : [
                    .. effective.Items.Concat(effective.Hidden)
                        .OrderBy(i => i.Kind, StringComparer.Ordinal)
                        .ThenBy(i => i.Item.Key.Name, StringComparer.Ordinal)
                        .Select(i => Explain(i, facts))
                ],
        };
    }

    private static EffectiveItemShape Explain(EffectiveItem item, FleetFacts fleet) => new()
    {
        Kind = item.Kind,
        Name = item.Name,
        Value = item.Item.Document?.ToElement(),
        Hidden = item.Item.Hidden ? true : null,
        Origin = Origin(item.Item, fleet),
        Overrides = [.. item.Overrides.Select(o => Origin(o, fleet) with { Value = o.Document?.ToElement() })],
    };

    private static OriginShape Origin(Item item, FleetFacts fleet) => new()
    {
        Level = fleet.LevelOf(item.Key.LevelKind, item.Key.LevelId).ToString(),
        Revision = item.VersionId is null ? null : item.Revision,
        Author = item.Author,
        At = item.At,
    };
}

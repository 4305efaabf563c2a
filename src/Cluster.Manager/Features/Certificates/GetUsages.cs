using Cluster.Contracts.Certificates;
using Cluster.Contracts.Json;
using Cluster.Contracts.Levels;
using Cluster.Contracts.Machines;
using Cluster.Contracts.Settings;
using Cluster.Domain.Failures;
using Cluster.Domain.Fleet;
using Cluster.Domain.Levels;
using Cluster.Domain.Settings;
using Cluster.Manager.Features.Fleet;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;
using Cluster.Storage.Fleet;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Certificates;

/// <summary>Shows which settings name a certificate, which machines use it, and which ever received a key of it.</summary>
internal static class GetUsages
{
    public static void Map(IEndpointRouteBuilder certificates) => certificates
        .MapGet("/{name}/usages", HandleAsync)
        .RequireAuthorization(Policies.Viewer)
        .Operation(
            "getCertificateUsages",
            "Shows which settings name it, which machines use it, and which ever received a key of it.",
            "Use it before deleting or replacing a certificate. Former holders of a key stay listed after the certificate is gone "
                + "from them.")
        .Query("level", "cluster (default), group:NAME or machine:NAME.")
        .Returns<CertificateUsages>()
        .Stageable();

    private static async Task<IResult> HandleAsync(HttpContext context, UnitRunner units, CertificateFinder finder, FleetReader fleet)
    {
        var usages = await units.ReadAsync(context, async (db, ct) =>
        {
            var found = await finder.ItemAsync(context, db, ct);
            var labels = await LevelLabels.ReadAsync(found.Db, found.ClusterId, ct);
            var digests = await VersionRows.Of(found.Db, found.ClusterId, found.Level, found.Item.Key.Name)
                .Select(v => v.PublicKeySha256)
                .Distinct()
                .ToListAsync(ct);
            return new CertificateUsages
            {
                Bindings = await BindingsAsync(found, labels, ct),
                Machines = await MachinesAsync(found, await fleet.ReadAsync(found.Db, found.ClusterId, ct), ct),
                HeldBy = await VersionActions.HoldersAsync(found.Db, found.ClusterId, digests, ct),
            };
        });
        context.Response.Headers.CacheControl = "no-store";
        return usages.Match(u => JsonReplies.Json(u, RestJson.Default.CertificateUsages));
    }

    private static async Task<IReadOnlyList<CertificateBindingShape>> BindingsAsync(
        FoundItem found, LevelLabels labels, CancellationToken ct)
    {
        var cluster = found.ClusterId;
        var departed = await found.Db.Machines.AsNoTracking()
            .Where(m => m.ClusterId == cluster && (m.Status == MachineStatus.Departed || m.Status == MachineStatus.Banned))
            .Select(m => m.Id)
            .ToHashSetAsync(ct);
        return [.. found.View.Shown.Items
            .Where(
                i => !i.Hidden
                    && KindRegistry.Get(i.Key.Kind)
                        .References(i.Document!)
                        .Any(r => r.Kind == CertificateSettings.Kind && r.Name == found.Item.Key.Name))
            .OrderBy(i => i.Key)
            .Select(i => new CertificateBindingShape
            {
                Level = labels.Of(i.Key.LevelKind, i.Key.LevelId).ToString(),
                Kind = i.Key.Kind,
                Name = i.Name,
                Departed = i.Key.LevelKind == LevelKind.Machine && departed.Contains(i.Key.LevelId),
            })];
    }

    private static async Task<IReadOnlyList<CertificateMachineShape>> MachinesAsync(FoundItem found, FleetFacts fleet, CancellationToken ct)
    {
        if (found.Item.Hidden) return [];
        var version = found.Item.Document!.Read<CertificateSettings>().Version;
        var users = MachineClass.Of(found.View.Shown, fleet)
            .Where(c => Uses(c.Effective, found))
            .SelectMany(c => c.Machines)
            .Select(m => m.Id)
            .ToHashSet();
        var machines = await found.Db.Machines.AsNoTracking()
            .Where(m => m.ClusterId == found.ClusterId && users.Contains(m.Id))
            .OrderBy(m => m.Name)
            .ToListAsync(ct);
        var rows = await MachineReading.WithStatusAsync(found.Db, found.ClusterId, machines, ct);
        return [.. rows.Select(row =>
        {
            var shown = new AssignmentFacts(row, reached: false);
            return new CertificateMachineShape
            {
                Name = row.Machine.Name,
                Version = version,
                Applied = Reached(shown.Applied, found),
                Verified = Reached(shown.Verified, found)
            };
        })];
    }

    /// <summary>Whether an assignment carries the item as it is shown; null = it is only staged, or nothing was reported.</summary>
    private static bool? Reached(AssignmentShape? assignment, FoundItem found) =>
        found.Item.VersionId is null || assignment is null ? null : assignment.Revision >= found.Item.Revision;

    private static bool Uses(EffectiveConfiguration effective, FoundItem found)
    {
        var name = found.Item.Key.Name;
        if (effective.Find<CertificateSettings>(name)?.Item.Key != found.Item.Key) return false;
        return effective.Items.Any(
            i => KindRegistry.Get(i.Kind).References(i.Item.Document!).Any(r => r.Kind == CertificateSettings.Kind && r.Name == name));
    }
}

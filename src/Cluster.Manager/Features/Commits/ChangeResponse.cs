using System.Text.Json;
using Cluster.Contracts.Diffs;
using Cluster.Contracts.Json;
using Cluster.Domain.Configuration;
using Cluster.Domain.Diffs;
using Cluster.Domain.Fleet;

namespace Cluster.Manager.Features.Commits;

/// <summary>How changes and their impact are shown.</summary>
internal static class ChangeResponse
{
    private static readonly JsonElement HiddenDocument = JsonDocument.Parse("""{"hidden":true}""").RootElement.Clone();

    /// <summary>Shows an item's document; null = not defined.</summary>
    public static JsonElement? Show(Item? item) => item switch
    {
        null => null,
        { Hidden: true } => HiddenDocument,
        _ => item.Document.ToElement(),
    };

    public static ChangeShape Show(ItemChange change, FleetFacts fleet) => new()
    {
        Level = fleet.LevelOf(change.Key.LevelKind, change.Key.LevelId).ToString(),
        Kind = change.Key.Kind,
        Name = NameOf(change.Key, change.Name, fleet),
        Change = EnumNames.Of(change.Change),
        Before = Show(change.Before),
        After = Show(change.After),
        Fields = change.Fields,
    };

    public static ImpactShape Show(ChangeImpact impact)
    {
        var services = impact.Services.Select(s => new ServiceImpactShape { Machine = s.Machine.Name, Service = s.Service }).ToList();
        return new ImpactShape
        {
            Machines = [.. impact.Machines.Select(m => m.Name)],
            Services = services,
            Reloads = services,
            KeysReleased = [
                .. impact.KeysReleased.Select(k => new KeyReleaseShape { Machine = k.Machine.Name, PublicKeySha256 = k.PublicKeySha256 })
            ],
        };
    }

    /// <summary>The name of an item as people see it: a group's own item bears the group's name.</summary>
    public static string NameOf(ItemKey key, string name, FleetFacts fleet) =>
        key.Is<Contracts.Settings.GroupSettings>() ? fleet.Labels.GetValueOrDefault(key.LevelId, name) : name;
}

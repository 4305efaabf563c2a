using System.Text.Json;
using Cluster.Contracts.Levels;
using Cluster.Contracts.Settings;
using Cluster.Domain.Capabilities;
using Cluster.Domain.Configuration;
using Cluster.Domain.Fleet;

namespace Cluster.Domain.Tests;

/// <summary>Makes configurations and fleets with few words.</summary>
internal static class Make
{
    public static readonly Guid ClusterId = Guid.Parse("00000000-0000-7000-8000-000000000001");
    public static readonly Guid GroupId = Guid.Parse("00000000-0000-7000-8000-000000000002");
    public static readonly Guid MachineId = Guid.Parse("00000000-0000-7000-8000-000000000003");
    public static readonly DateTimeOffset Now = new(2026, 11, 24, 8, 0, 0, TimeSpan.Zero);

    public static JsonElement Json(string json) => JsonDocument.Parse(json).RootElement.Clone();

    public static Item Item(string kind, string name, string? json, LevelKind level = LevelKind.Cluster, Guid? levelId = null) => new()
    {
        Key = ItemKey.Of(level, levelId ?? IdOf(level), kind, name),
        Name = name,
        Document = json is null ? null : SettingsDocument.FromElement(kind, Json(json)),
        VersionId = Guid.NewGuid(),
        Revision = 1,
    };

    public static ConfigurationSnapshot Snapshot(params IEnumerable<Item> items) => new(ClusterId, 1, items);

    public static MachineFacts Machine(string name = "gw1", params IReadOnlyList<ServiceCapabilities> services) =>
        new()
        {
            Id = name == "gw1" ? MachineId : Guid.NewGuid(),
            Name = name,
            GroupId = GroupId,
            Services = services,
            CapabilityHash = string.Join(
                '|', services.Select(s => $"{s.Name}:{string.Join(',', s.Features)}:{string.Join(',', s.Endpoints)}"))
        };

    public static FleetFacts Fleet(params IReadOnlyList<MachineFacts> machines) => new()
    {
        Groups = [new GroupFacts(GroupId, "main")],
        Machines = machines,
        Labels = machines.Select(m => (m.Id, m.Name)).Append((GroupId, "main")).ToDictionary(l => l.Item1, l => l.Item2),
    };

    public static ServiceCapabilities Postfix(string listener = "in", params IReadOnlyList<string> features) => new()
    {
        Name = "postfix",
        Driver = "postfix",
        Kinds = new HashSet<string>
        {
            Kinds.Listeners,
            Kinds.MailFlowPolicies,
            Kinds.DestinationControls,
            Kinds.Outbound,
            Kinds.Trust,
            Kinds.TrustedAuthorities,
            Kinds.Certificates
        },
        Endpoints = new HashSet<EndpointName> { new(Kinds.Listeners, listener) },
        Features = features.ToHashSet(),
    };

    private static Guid IdOf(LevelKind level) =>
        level switch { LevelKind.Cluster => ClusterId, LevelKind.Group => GroupId, _ => MachineId };
}

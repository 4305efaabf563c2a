using System.Text.Json;
using Cluster.Contracts.Json;
using Cluster.Contracts.Machines;
using Cluster.Contracts.Rollouts;
using Cluster.Domain.Rollouts;
using Cluster.Manager.Features.Sessions;
using Cluster.Protocol.V1;

namespace Cluster.Manager.Features.Machines;

/// <summary>Shows a machine: its inventory, and desired, applied, attempted and verified as separate facts.</summary>
internal static class MachineView
{
    /// <summary>Shows a machine.</summary>
    /// <param name="row">The machine.</param>
    /// <param name="connected">Whether its stream is open on any manager.</param>
    /// <param name="whole">Whether capabilities are shown too.</param>
    public static MachineShape Show(MachineRow row, bool connected, bool whole)
    {
        var status = row.Report is { Status.Length: > 0 } report ? StatusVector.Parser.ParseFrom(report.Status) : new StatusVector();
        var hello = Announcements.Read(row.Report?.Announcement ?? []);
        var state = MachineStates.Of(row.Machine, connected);
        var facts = new AssignmentFacts(row, status, reached: state == MachineState.Connected);
        return new MachineShape
        {
            Name = row.Machine.Name,
            Id = row.Machine.Id,
            Group = row.Group,
            State = state,
            Mode = row.Machine.Mode,
            LastSeen = row.Report?.LastSeen,
            AgentVersion = Text(hello.AgentVersion),
            Platform = Text(hello.Platform),
            Labels = LabelsOf(row.Machine.Labels),
            Capabilities = whole ? [.. hello.Services.Select(Capability)] : null,
            Generation = row.Machine.Generation,
            IdentityPublicKeySha256 = row.IdentityKey,
            InSync = facts.Progress == RolloutMachineState.Verified,
            Hold = status.Hold is { } hold ? new HoldShape { Since = ServiceView.At(hold.Since), Until = hold.Until == 0 ? null : ServiceView.At(hold.Until) } : null,
            Desired = facts.Desired,
            Applied = facts.Applied,
            Attempted = facts.Attempted,
            Verified = facts.Verified,
            LocalProblem = Text(status.LocalProblem),
            Services = ServiceView.All(row, status, hello),
            Drift = [.. status.Services.SelectMany(s => s.Drift.Select(d => new MachineDriftShape { Service = s.Name, Path = d.Path, What = d.What, Since = ServiceView.At(d.Since) }))],
        };
    }

    /// <summary>Reads stored labels.</summary>
    public static IReadOnlyDictionary<string, string> LabelsOf(string json) =>
        JsonSerializer.Deserialize(json, RestJson.Default.IReadOnlyDictionaryStringString) ?? new Dictionary<string, string>();

    private static string? Text(string text) => text.Length == 0 ? null : text;

    private static ServiceCapabilityShape Capability(ServiceAnnouncement service) => new()
    {
        Service = service.Name,
        Driver = service.Driver,
        SoftwareVersion = Text(service.SoftwareVersion),
        Kinds = [.. service.Kinds],
        Endpoints = [.. service.Endpoints.Select(e => new EndpointShape { Kind = e.Kind, Name = e.Name, Address = e.Address, Port = (int)e.Port })],
        Features = [.. service.Features],
    };
}

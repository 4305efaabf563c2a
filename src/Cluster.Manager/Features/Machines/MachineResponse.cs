using Cluster.Contracts.Json;
using Cluster.Contracts.Machines;
using Cluster.Contracts.Rollouts;
using Cluster.Domain.Rollouts;
using Cluster.Manager.Features.Fleet;
using Cluster.Manager.Hosting.Requests;
using Cluster.Protocol.V1;

namespace Cluster.Manager.Features.Machines;

/// <summary>Shows a machine: its inventory, and desired, applied, attempted and verified as separate facts.</summary>
internal static class MachineResponse
{
    public static IResult Answer(HttpContext context, MachineRow row, MachineState state) =>
        JsonReplies.Live(context, Of(row, state, whole: true), RestJson.Default.MachineShape, row.Tag);

    /// <summary>Shows a machine.</summary>
    /// <param name="row">The machine.</param>
    /// <param name="state">Where it stands in its life.</param>
    /// <param name="whole">Whether capabilities are shown too.</param>
    public static MachineShape Of(MachineRow row, MachineState state, bool whole)
    {
        var status = row.Status;
        var hello = Announcements.Read(row.Report?.Announcement ?? []);
        var facts = new AssignmentFacts(row, reached: state == MachineState.Connected);
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
            Labels = StoredLabels.Read(row.Machine.Labels),
            Capabilities = whole ? [.. hello.Services.Select(Capability)] : null,
            Generation = row.Machine.Generation,
            IdentityPublicKeySha256 = row.IdentityKey,
            InSync = facts.Progress == RolloutMachineState.Verified,
            Hold = status.Hold is { } hold ? new HoldShape { Since = hold.Since, Until = hold.Until } : null,
            Desired = facts.Desired,
            Applied = facts.Applied,
            Attempted = facts.Attempted,
            Verified = facts.Verified,
            LocalProblem = Text(status.LocalProblem),
            Services = ServiceResponse.All(row, hello),
            Drift = [
                .. status.Services.SelectMany(
                    s => s.Drift.Select(d => new MachineDriftShape { Service = s.Name, Path = d.Path, What = d.What, Since = d.Since }))
            ],
        };
    }

    private static string? Text(string text) => text.Length == 0 ? null : text;

    private static ServiceCapabilityShape Capability(ServiceAnnouncement service) => new()
    {
        Service = service.Name,
        Driver = service.Driver,
        SoftwareVersion = Text(service.SoftwareVersion),
        Kinds = [.. service.Kinds],
        Endpoints = [
            .. service.Endpoints.Select(e => new EndpointShape { Kind = e.Kind, Name = e.Name, Address = e.Address, Port = (int)e.Port })
        ],
        Features = [.. service.Features],
    };
}

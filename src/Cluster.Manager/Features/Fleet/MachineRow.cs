using Cluster.Contracts.Bundles;
using Cluster.Domain.Reports;
using Cluster.Manager.Hosting.Requests;
using Cluster.Storage.Fleet;
using Cluster.Storage.Rollouts;

namespace Cluster.Manager.Features.Fleet;

/// <summary>A machine with everything that its status is derived from.</summary>
/// <param name="Machine">The machine.</param>
/// <param name="Group">Name of its group.</param>
/// <param name="Report">What its agent reported last; null = nothing yet.</param>
/// <param name="Desired">What it should run; null = nothing yet.</param>
/// <param name="Bundle">The bundle that desired names; null = nothing yet.</param>
internal sealed record MachineRow(Machine Machine, string Group, MachineReport? Report, DesiredAssignment? Desired, Bundle? Bundle)
{
    /// <summary>Hash of the public key of its newest living identity; null = none.</summary>
    public string? IdentityKey { get; init; }

    /// <summary>What its agent reported last.</summary>
    public HostStatus Status => Report?.Status ?? HostStatus.Nothing;

    /// <summary>Entity tag: inventory and standing, nothing that lives.</summary>
    public string Tag => TagOf(Machine);

    /// <summary>Entity tag of a machine.</summary>
    public static string TagOf(Machine machine) => ETags.Of(
        "machine",
        machine.Id,
        machine.Name,
        machine.GroupId,
        machine.Labels,
        machine.Mode,
        machine.Status,
        machine.Disconnected,
        machine.Quarantined,
        machine.Generation);
}

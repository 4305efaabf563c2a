using Cluster.Contracts.Machines;
using Cluster.Storage.Fleet;

namespace Cluster.Manager.Features.Fleet;

/// <summary>Where a machine stands in its life, derived from what is stored and whether its stream is open.</summary>
internal static class MachineStates
{
    /// <summary>Decides the state.</summary>
    public static MachineState Of(Machine machine, bool connected) => machine switch
    {
        { Status: MachineStatus.Prepared } => MachineState.Prepared,
        { Status: MachineStatus.Departed } => MachineState.Departed,
        { Status: MachineStatus.Banned } => MachineState.Banned,
        { Quarantined: true } => MachineState.Quarantined,
        { Status: MachineStatus.Pending } => MachineState.Pending,
        { Disconnected: true } => MachineState.Disconnected,
        _ => connected ? MachineState.Connected : MachineState.Offline,
    };
}

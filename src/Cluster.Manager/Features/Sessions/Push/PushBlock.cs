using Cluster.Protocol.V1;
using Cluster.Storage.Fleet;

namespace Cluster.Manager.Features.Sessions.Push;

/// <summary>What keeps a connected machine from getting assignments, parts and keys; status flows all the same.</summary>
internal readonly record struct PushBlock(bool Pending, bool Disconnected, bool Quarantined, bool Forked)
{
    /// <summary>Whether it may get anything.</summary>
    public bool MayPush => this == default;

    /// <summary>Reads it from the stored row.</summary>
    public static PushBlock Of(Machine machine) =>
        new(machine.Status == MachineStatus.Pending, machine.Disconnected, machine.Quarantined, Forked: false);

    /// <summary>What the agent is told.</summary>
    public Notice ToNotice() => new() { Pending = Pending, Disconnected = Disconnected, Quarantined = Quarantined };
}

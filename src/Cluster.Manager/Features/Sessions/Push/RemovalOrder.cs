using Cluster.Manager.Features.ControlCa;
using Cluster.Manager.Features.Fleet;
using Cluster.Protocol.V1;

namespace Cluster.Manager.Features.Sessions.Push;

/// <summary>The signed order to leave.</summary>
internal sealed class RemovalOrder(ControlAuthority authority)
{
    /// <summary>Signs it for the identity generation that the machine showed: for any other one the host must not take it.</summary>
    public SignedRemoval For(MachinePrincipal machine) => authority.Signer.Sign(new Removal
    {
        ClusterId = machine.ClusterId.ToString("D"),
        MachineId = machine.MachineId.ToString("D"),
        Generation = (uint)machine.Generation,
    });
}

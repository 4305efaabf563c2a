namespace Cluster.Manager.Features.Fleet;

/// <summary>The machine that a client certificate proves.</summary>
/// <param name="ClusterId">Its cluster.</param>
/// <param name="MachineId">The machine.</param>
/// <param name="Generation">Generation of the identity that was shown.</param>
/// <param name="Departed">True when it left or was removed: it gets its removal and nothing else.</param>
internal sealed record MachinePrincipal(Guid ClusterId, Guid MachineId, int Generation, bool Departed);

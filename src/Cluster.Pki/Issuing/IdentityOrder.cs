namespace Cluster.Pki.Issuing;

/// <summary>Whom a machine's identity names and how long it is valid.</summary>
/// <param name="ClusterId">Id of the cluster.</param>
/// <param name="MachineId">Id of the machine.</param>
/// <param name="Lifetime">Validity from now on.</param>
public sealed record IdentityOrder(Guid ClusterId, Guid MachineId, TimeSpan Lifetime);

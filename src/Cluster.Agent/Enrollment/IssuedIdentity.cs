using Cluster.Agent.State;
using Cluster.Pki.Certificates;
using Cluster.Pki.Issuing;
using Cluster.Pki.Keys;

namespace Cluster.Agent.Enrollment;

/// <summary>Whether what a manager issued is an identity of this machine for the key that was asked for.</summary>
internal static class IssuedIdentity
{
    /// <summary>Checks key and URI of the leaf.</summary>
    public static bool Fits(Identity identity, PublicKeyMaterial key) =>
        identity.Chain.Count > 0
        && CertificateInfo.TryRead(identity.Chain[0]) is { } leaf
        && leaf.PublicKey.Matches(key)
        && Guid.TryParse(identity.ClusterId, out var cluster)
        && Guid.TryParse(identity.MachineId, out var machine)
        && leaf.Uris.Contains(ControlUris.Machine(cluster, machine));
}

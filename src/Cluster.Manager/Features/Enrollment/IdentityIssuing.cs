using Cluster.Manager.Features.ControlCa;
using Cluster.Pki.Certificates;
using Cluster.Pki.Keys;
using Cluster.Storage;
using Cluster.Storage.Fleet;
using Google.Protobuf;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Enrollment;

/// <summary>Issues generations of a machine's identity inside the caller's unit of work.</summary>
internal sealed class IdentityIssuing(ControlAuthority authority, TimeProvider clock)
{
    /// <summary>Issues the machine's next generation; those before stay valid until it is first used.</summary>
    public async Task<MachineIdentity> IssueNextAsync(ClusterDbContext db, Machine machine, PublicKeyMaterial key, CancellationToken ct)
    {
        var lifetime = (await IdentityLifetimes.OfAsync(db, machine, ct)).Lifetime;
        var certificate = authority.IssueMachine(key, machine.ClusterId, machine.Id, lifetime);
        machine.Generation++;
        var identity = new MachineIdentity
        {
            MachineId = machine.Id,
            Generation = machine.Generation,
            PublicKeySha256 = key.Sha256,
            Certificate = certificate.Der.ToArray(),
            IssuedAt = clock.GetUtcNow(),
            NotAfter = certificate.NotAfter,
        };
        db.Identities.Add(identity);
        return identity;
    }

    /// <summary>The chain as agents get it: the identity, then its issuer.</summary>
    public IEnumerable<ByteString> ChainOf(MachineIdentity identity) =>
        [ByteString.CopyFrom(identity.Certificate), ByteString.CopyFrom(authority.Keys.Agents.Certificate.Der.Span)];

    /// <summary>Whether any machine of the installation ever had an identity with this key.</summary>
    public static Task<bool> IsKnownAsync(ClusterDbContext db, PublicKeyMaterial key, CancellationToken ct) =>
        db.Identities.AnyAsync(i => i.PublicKeySha256 == key.Sha256, ct);

    public static PublicKeyMaterial KeyOf(MachineIdentity identity) =>
        CertificateInfo.TryRead(identity.Certificate)?.PublicKey ?? throw new InvalidOperationException("A stored identity is unreadable.");
}

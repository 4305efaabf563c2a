using System.Buffers.Binary;
using System.Security.Cryptography;
using Cluster.Domain.Failures;
using Cluster.Manager.Features.ControlCa;
using Cluster.Pki.Keys;
using Cluster.Protocol;
using Cluster.Protocol.V1;
using Cluster.Storage;
using Cluster.Storage.Audit;
using Cluster.Storage.Fleet;
using Cluster.Storage.Secrets;
using Cluster.Storage.Units;
using Google.Protobuf;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Enrollment;

/// <summary>
/// Lets a machine whose identity expired while it was offline back in, twice at most without an administrator, by a signature
/// with its current-generation key.
/// </summary>
internal sealed class RecoverIdentity(
    ClusterDatabase database, ControlAuthority authority, IdentityIssuing issuing, RecoveryChallenges challenges, AuditTrail audit)
{
    private const int MaxRecoveries = 2;

    public async Task<Outcome<RecoverResponse>> HandleAsync(RecoverRequest request, CancellationToken ct)
    {
        if (!challenges.IsFresh(request.Challenge.Span)) return EnrollmentFailures.ChallengeInvalid;
        if (!Guid.TryParse(request.MachineId, out var machineId)) return EnrollmentFailures.RecoveryRefused;
        var key = JoinRequests.ReadKey(request.CertificateRequest);
        if (!key.Succeeded) return key.Failure;
        var clusterId = await database.ReadAsync(
            (db, token) => db.Machines.Where(m => m.Id == machineId).Select(m => (Guid?)m.ClusterId).SingleOrDefaultAsync(token), ct);
        if (clusterId is null) return EnrollmentFailures.RecoveryRefused;
        return await database.WriteAsync(clusterId, (db, token) => RecoverAsync(db, machineId, request, key.Value, token), ct);
    }

    private async Task<Outcome<RecoverResponse>> RecoverAsync(
        ClusterDbContext db, Guid machineId, RecoverRequest request, PublicKeyMaterial key, CancellationToken ct)
    {
        var machine = await db.Machines.SingleAsync(m => m.Id == machineId, ct);
        var identity = await db.Identities.SingleOrDefaultAsync(i => i.MachineId == machineId && i.Generation == request.Generation, ct);
        var signed = SignedBytes.Of(ProtocolLimits.RecoverLabel, request.Challenge.Span, key.SubjectPublicKeyInfo.Span);
        if (identity is null || !IdentityIssuing.KeyOf(identity).Verify(signed, request.Signature.Span))
            return EnrollmentFailures.RecoveryRefused;
        if (machine.Status is not (MachineStatus.Active or MachineStatus.Pending) || machine.Quarantined || identity.RevokedAt is not null)
            return EnrollmentFailures.RecoveryRefused;
        var issued = await db.Identities.SingleOrDefaultAsync(
            i => i.MachineId == machineId && i.Generation > identity.Generation && i.PublicKeySha256 == key.Sha256, ct);
        if (issued is not null) return issued.RevokedAt is null ? Answer(issued) : EnrollmentFailures.RecoveryRefused;

        var now = challenges.Now;
        if (identity.NotAfter > now) return EnrollmentFailures.StillValid;
        if (identity.NotAfter + (await IdentityLifetimes.OfAsync(db, machine, ct)).Grace < now || machine.Recoveries >= MaxRecoveries)
            return EnrollmentFailures.RecoveryRefused;
        if (await IdentityIssuing.IsKnownAsync(db, key, ct)) return EnrollmentFailures.KeyInUse;
        machine.Recoveries++;
        issued = await issuing.IssueNextAsync(db, machine, key, ct);
        await audit.AppendAsync(db, new AuditEntry(machine.ClusterId, machine.Name, "machine.recover", $"machines/{machine.Name}"), ct);
        return Answer(issued);
    }

    private RecoverResponse Answer(Storage.Fleet.MachineIdentity identity) => new()
    {
        Generation = (uint)identity.Generation,
        CertificateChain = { issuing.ChainOf(identity) },
        TrustSet = authority.TrustSet,
        ManagerTime = challenges.Now.ToUnixTimeMilliseconds(),
    };
}

/// <summary>
/// Challenges that no manager has to remember: sealed, so that every manager knows its colleagues' and nobody can make one.
/// </summary>
internal sealed class RecoveryChallenges(EnvelopeCipher cipher, TimeProvider clock)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);
    private static readonly SealContext Context = new("recovery-challenge", null, Guid.Empty, "");

    /// <summary>The manager's time.</summary>
    public DateTimeOffset Now => clock.GetUtcNow();

    public ByteString Make()
    {
        Span<byte> content = stackalloc byte[24];
        BinaryPrimitives.WriteInt64BigEndian(content, Now.ToUnixTimeMilliseconds());
        RandomNumberGenerator.Fill(content[8..]);
        return UnsafeByteOperations.UnsafeWrap(cipher.Seal(content, Context));
    }

    /// <summary>Whether a challenge is one of this installation and at most five minutes old.</summary>
    public bool IsFresh(ReadOnlySpan<byte> challenge)
    {
        try
        {
            var content = cipher.Open(challenge, Context);
            var age = Now - DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64BigEndian(content));
            return age >= TimeSpan.Zero && age <= Lifetime;
        }
        catch (SealedRecordException)
        {
            return false;
        }
    }
}

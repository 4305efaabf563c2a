using System.Text;
using Cluster.Domain.Failures;
using Cluster.Manager.Features.Commits;
using Cluster.Pki.Keys;
using Cluster.Protocol;
using Cluster.Protocol.V1;
using Cluster.Storage;
using Cluster.Storage.Fleet;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Enrollment;

/// <summary>
/// Finds the departed machine that a host may become again: by a signature of its last identity key, or by a token issued for it.
/// An id or name alone proves nothing.
/// </summary>
internal sealed class Rejoining(MachineLayers layers)
{
    /// <summary>Returns the machine, its layer as it was or, with <c>fresh</c>, emptied.</summary>
    public async Task<Outcome<Machine>> RestoreAsync(
        ClusterDbContext db, JoinToken token, JoinRequest request, PublicKeyMaterial key, CancellationToken ct)
    {
        var machineId = token.RestoreMachineId;
        if (request.Rejoin is { } proof)
        {
            if (!Guid.TryParse(proof.MachineId, out var named) || (machineId is { } bound && bound != named))
                return EnrollmentFailures.ProofInvalid;
            if (machineId is null && !await IsProvenAsync(db, named, proof, request.Token, key, ct)) return EnrollmentFailures.ProofInvalid;
            machineId = named;
        }

        var machine = await db.Machines.SingleOrDefaultAsync(m => m.Id == machineId && m.ClusterId == token.ClusterId, ct);
        if (machine is null) return EnrollmentFailures.ProofInvalid;
        if (token.MachineName is { } name && name != machine.Name) return EnrollmentFailures.TokenInvalid;
        if (token.GroupId is { } group && group != machine.GroupId) return EnrollmentFailures.TokenInvalid;
        if (machine.Status == MachineStatus.Banned) return EnrollmentFailures.Banned;
        if (machine.Status != MachineStatus.Departed) return EnrollmentFailures.NotDeparted;
        if (request.Fresh && await layers.EmptyAsync(db, machine, Afresh(machine), ct) is { } failure) return failure;
        return machine;
    }

    private static async Task<bool> IsProvenAsync(
        ClusterDbContext db, Guid machineId, RejoinProof proof, string token, PublicKeyMaterial key, CancellationToken ct)
    {
        var last = await db.Identities.Where(i => i.MachineId == machineId).OrderByDescending(i => i.Generation).FirstOrDefaultAsync(ct);
        if (last is null || last.Generation != proof.Generation) return false;
        var signed = SignedBytes.Of(ProtocolLimits.RejoinLabel, Encoding.UTF8.GetBytes(token), key.SubjectPublicKeyInfo.Span);
        return IdentityIssuing.KeyOf(last).Verify(signed, proof.Signature.Span);
    }

    private static LayerEnd Afresh(Machine machine) =>
        new(machine.Name, "machine.rejoin-fresh", $"{machine.Name} rejoins afresh") { Kind = CommitKind.System };
}

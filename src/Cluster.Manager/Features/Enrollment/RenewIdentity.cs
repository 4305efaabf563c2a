using Cluster.Contracts.Failpoints;
using Cluster.Domain.Failures;
using Cluster.Manager.Features.ControlCa;
using Cluster.Manager.Features.Fleet;
using Cluster.Protocol.V1;
using Cluster.Storage;
using Cluster.Storage.Audit;
using Cluster.Storage.Fleet;
using Cluster.Storage.Units;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Enrollment;

/// <summary>
/// Issues the next generation of a machine's identity; the one before stays valid until the new one is first used, and never
/// after.
/// </summary>
internal sealed class RenewIdentity(
    ClusterDatabase database, ControlAuthority authority, IdentityIssuing issuing, AuditTrail audit, TimeProvider clock)
{
    /// <summary>Handles a renewal; the same key again gets the same certificate.</summary>
    public async Task<Outcome<RenewResponse>> HandleAsync(MachinePrincipal caller, RenewRequest request, CancellationToken ct)
    {
        var key = JoinRequests.ReadKey(request.CertificateRequest);
        if (!key.Succeeded) return key.Failure;
        return await database.WriteAsync<Outcome<RenewResponse>>(
            caller.ClusterId,
            async (db, token) =>
            {
                var machine = await db.Machines.SingleOrDefaultAsync(m => m.Id == caller.MachineId, token);
                if (machine is null || machine.Status is not (MachineStatus.Active or MachineStatus.Pending))
                    return EnrollmentFailures.UnknownIdentity;
                if (machine.Quarantined) return EnrollmentFailures.Superseded;
                var own = await db.Identities.SingleAsync(i => i.MachineId == machine.Id && i.Generation == caller.Generation, token);
                if (own.RevokedAt is not null) return EnrollmentFailures.Superseded;
                var issued = await db.Identities.SingleOrDefaultAsync(
                    i => i.MachineId == machine.Id
                        && i.Generation > caller.Generation
                        && i.RevokedAt == null
                        && i.PublicKeySha256 == key.Value.Sha256, token);
                if (issued is not null) return Answer(issued);
                if (await IdentityIssuing.IsKnownAsync(db, key.Value, token)) return EnrollmentFailures.KeyInUse;
                await RevokeUnusedAsync(db, machine, caller.Generation, token);
                issued = await issuing.IssueNextAsync(db, machine, key.Value, token);
                db.Unit.AfterCommit(() => Failpoint.Reach(FailpointNames.RenewDurable));
                await audit.AppendAsync(
                    db, new AuditEntry(machine.ClusterId, machine.Name, "machine.renew", $"machines/{machine.Name}"), token);
                return Answer(issued);
            },
            ct);
    }

    // The key of an answer that was lost together with its key is never going to be used.
    private async Task RevokeUnusedAsync(ClusterDbContext db, Machine machine, int generation, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        foreach (var identity in await db.Identities.Where(
            i => i.MachineId == machine.Id && i.Generation > generation && i.RevokedAt == null)
            .ToListAsync(ct))
            identity.RevokedAt = now;
    }

    private RenewResponse Answer(Storage.Fleet.MachineIdentity identity) => new()
    {
        Generation = (uint)identity.Generation,
        CertificateChain = { issuing.ChainOf(identity) },
        TrustSet = authority.TrustSet,
        ManagerTime = clock.GetUtcNow().ToUnixTimeMilliseconds(),
    };
}

using Cluster.Domain.Failures;
using Cluster.Manager.Features.Fleet;
using Cluster.Protocol.V1;
using Cluster.Storage;
using Cluster.Storage.Audit;
using Cluster.Storage.Units;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Enrollment;

/// <summary>Takes the caller out of its cluster at its own wish.</summary>
internal sealed class LeaveCluster(ClusterDatabase database, MachineLife life, AuditTrail audit)
{
    /// <summary>Handles a leave; saying it twice is fine, in case the answer was lost.</summary>
    public async Task<Outcome<LeaveResponse>> HandleAsync(MachinePrincipal caller, CancellationToken ct)
    {
        if (caller.Departed) return new LeaveResponse();
        return await database.WriteAsync<Outcome<LeaveResponse>>(
            caller.ClusterId,
            async (db, token) =>
            {
                var machine = await db.Machines.SingleOrDefaultAsync(m => m.Id == caller.MachineId, token);
                if (machine is null) return EnrollmentFailures.UnknownIdentity;
                // A copy of the identity must not end the original's membership while an administrator has not decided which is which.
                if (machine.Quarantined || !await IsCurrentAsync(db, caller, token)) return EnrollmentFailures.Superseded;
                if (await life.DepartAsync(db, machine, token) is { } failure) return failure;
                await audit.AppendAsync(
                    db, new AuditEntry(machine.ClusterId, machine.Name, "machine.leave", $"machines/{machine.Name}"), token);
                return new LeaveResponse();
            },
            ct);
    }

    private static Task<bool> IsCurrentAsync(ClusterDbContext db, MachinePrincipal caller, CancellationToken ct) =>
        db.Identities.AnyAsync(i => i.MachineId == caller.MachineId && i.Generation == caller.Generation && i.RevokedAt == null, ct);
}

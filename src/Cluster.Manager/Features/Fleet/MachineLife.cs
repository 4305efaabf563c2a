using Cluster.Contracts.Problems;
using Cluster.Domain.Failures;
using Cluster.Storage;
using Cluster.Storage.Fleet;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Fleet;

/// <summary>
/// What administrators and agents do to a machine's life, as changes of tracked rows inside the caller's unit of work. The unit
/// holds the cluster's lock, so that every manager learns of it and cuts, notifies or commands the machine's stream within seconds.
/// </summary>
internal sealed class MachineLife(TimeProvider clock)
{
    /// <summary>Takes a machine out of its cluster: the identity is dead at once, its layer and its last assignment stay.</summary>
    public async Task<Failure?> DepartAsync(ClusterDbContext db, Machine machine, CancellationToken ct)
    {
        if (machine.Status == MachineStatus.Departed) return Conflict(ProblemCodes.MachineDeparted, "The machine has departed already.");
        if (machine.Status == MachineStatus.Prepared) return Conflict(
            ProblemCodes.MachineNotJoined, "The machine never joined; delete it instead.");
        if (machine.Status == MachineStatus.Banned)
            return Conflict(ProblemCodes.MachineBanned, "The machine is banned. Unban it first; it then counts as departed.");
        await EndAsync(db, machine, MachineStatus.Departed, ct);
        return null;
    }

    /// <summary>Cuts a machine off on every manager.</summary>
    public async Task<Failure?> BanAsync(ClusterDbContext db, Machine machine, CancellationToken ct)
    {
        if (machine.Status == MachineStatus.Banned) return null;
        await EndAsync(db, machine, MachineStatus.Banned, ct);
        return null;
    }

    /// <summary>Ends a ban: the machine counts as departed.</summary>
    public Failure? Unban(Machine machine)
    {
        if (machine.Status != MachineStatus.Banned) return Conflict(ProblemCodes.MachineNotBanned, "The machine is not banned.");
        machine.Status = machine.Generation == 0 ? MachineStatus.Prepared : MachineStatus.Departed;
        machine.ChangedAt = clock.GetUtcNow();
        return null;
    }

    /// <summary>Approves the key of a machine that waits for it, or releases one from quarantine.</summary>
    /// <param name="db">The unit's context.</param>
    /// <param name="machine">The machine.</param>
    /// <param name="publicKeySha256">Hash of the key that the administrator compared with the host's.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<Failure?> ApproveAsync(ClusterDbContext db, Machine machine, string publicKeySha256, CancellationToken ct)
    {
        if (machine.Status is not (MachineStatus.Pending or MachineStatus.Active))
            return Conflict(ProblemCodes.MachineNotPending, "The machine is not waiting for approval.");
        if (machine is { Status: MachineStatus.Active, Quarantined: false })
            return Conflict(ProblemCodes.MachineNotPending, "The machine is not waiting for approval.");
        var key = await db.Identities.Where(i => i.MachineId == machine.Id && i.RevokedAt == null).OrderByDescending(i => i.Generation)
            .Select(i => i.PublicKeySha256).FirstOrDefaultAsync(ct);
        if (key != publicKeySha256)
            return Conflict(
                ProblemCodes.KeyMismatch,
                "This is not the key that the machine joined with; compare it on the host with 'cluster-agent status'.");
        machine.Status = MachineStatus.Active;
        machine.Quarantined = false;
        machine.Recoveries = 0;
        machine.ChangedAt = clock.GetUtcNow();
        var report = await db.Reports.SingleOrDefaultAsync(r => r.MachineId == machine.Id, ct);
        if (report is not null) report.EarlierBootIds = "[]";
        return null;
    }

    /// <summary>Orders that nothing is pushed until <see cref="Reconnect"/>.</summary>
    public static Failure? Disconnect(Machine machine)
    {
        if (NotJoined(machine) is { } failure) return failure;
        machine.Disconnected = true;
        return null;
    }

    /// <summary>Ends <see cref="Disconnect"/>.</summary>
    public static Failure? Reconnect(Machine machine)
    {
        if (NotJoined(machine) is { } failure) return failure;
        machine.Disconnected = false;
        return null;
    }

    /// <summary>Has failures that are held back tried again: the next assignment bears a higher attempt.</summary>
    public static Failure? Retry(Machine machine)
    {
        if (NotJoined(machine) is { } failure) return failure;
        machine.Attempt++;
        return null;
    }

    /// <summary>Has the machine report anew; sent when it is connected, until it acknowledges.</summary>
    public static Failure? Check(Machine machine)
    {
        if (NotJoined(machine) is { } failure) return failure;
        MachineOrders.Check(machine);
        return null;
    }

    /// <summary>Has the machine restore what stood before the join for settings that no level defines any more.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="service">One service; empty = all.</param>
    public static Failure? Unmanage(Machine machine, string service)
    {
        if (NotJoined(machine) is { } failure) return failure;
        MachineOrders.Unmanage(machine, service);
        return null;
    }

    private async Task EndAsync(ClusterDbContext db, Machine machine, MachineStatus status, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        machine.Status = status;
        machine.ChangedAt = now;
        // A quarantine outlives a departure: whoever returns with the same last key may be the copy.
        machine.Disconnected = false;
        MachineOrders.Forget(machine);
        foreach (var identity in await db.Identities.Where(i => i.MachineId == machine.Id && i.RevokedAt == null).ToListAsync(ct))
            identity.RevokedAt = now;
    }

    private static Failure? NotJoined(Machine machine) => machine.Status is MachineStatus.Active or MachineStatus.Pending
        ? null
        : Conflict(ProblemCodes.MachineNotJoined, "The machine is not a member of the cluster now.");

    private static Failure Conflict(string code, string detail) => new(FailureCategory.Conflict, code, detail);
}

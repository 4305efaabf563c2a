using Cluster.Protocol.V1;
using Cluster.Storage;
using Cluster.Storage.Audit;
using Cluster.Storage.Units;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Sessions;

/// <summary>
/// Notices when an agent holds an assignment that this database never made: a higher number than stored, or another statement for the stored number, in
/// the same epoch. Then the database is an older copy, and nothing is committed or pushed until an administrator raises the epoch.
/// </summary>
internal sealed partial class ForkWatch(ClusterDatabase database, AuditTrail audit, ILogger<ForkWatch> log)
{
    /// <summary>Whether what the agent holds fits what is stored.</summary>
    public async Task<bool> AcceptAsync(AgentConnection connection, HeldAssignment held, CancellationToken ct)
    {
        if (connection.Wanted is { } wanted && Fits(wanted.Number, wanted.StatementHash, held)) return true;
        var machine = connection.Machine;
        var stored = await database.ReadAsync(
            (db, token) => db.Desired.Where(d => d.MachineId == machine.MachineId)
                .Join(db.Clusters, d => d.ClusterId, c => c.Id, (d, c) => new { d.Number, d.StatementHash, c.EpochId }).SingleOrDefaultAsync(token),
            ct);
        if (stored is not null && (stored.EpochId.ToString("D") != held.EpochId || Fits(stored.Number, stored.StatementHash, held))) return true;
        if (stored is null && held.Number == 0) return true;
        LogFork(log, machine.MachineId, held.Number, stored?.Number ?? 0);
        await database.WriteAsync(machine.ClusterId, (db, token) => MarkAsync(db, connection, token), ct);
        return false;
    }

    private static bool Fits(long number, string hash, HeldAssignment held) =>
        (long)held.Number < number || ((long)held.Number == number && Convert.ToHexStringLower(held.AssignmentSha256.Span) == hash);

    private async Task<bool> MarkAsync(ClusterDbContext db, AgentConnection connection, CancellationToken ct)
    {
        var cluster = await db.Clusters.SingleAsync(c => c.Id == connection.Machine.ClusterId, ct);
        if (cluster.Forked) return false;
        cluster.Forked = true;
        await audit.AppendAsync(db, new AuditEntry(cluster.Id, "manager", "cluster.forked", $"machines/{connection.Machine.MachineId:D}"), ct);
        return true;
    }

    [LoggerMessage(2203, LogLevel.Error, "Machine {MachineId} holds assignment {Held}, but {Stored} is the newest stored: the database is an older copy, and the cluster is forked.")]
    private static partial void LogFork(ILogger log, Guid machineId, ulong held, long stored);
}

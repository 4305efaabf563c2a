using Cluster.Domain.Failures;
using Cluster.Manager.Features.ControlCa;
using Cluster.Manager.Features.Enrollment;
using Cluster.Manager.Features.Fleet;
using Cluster.Manager.Features.Sessions.Streams;
using Cluster.Protocol.V1;
using Cluster.Storage;
using Cluster.Storage.Changes;
using Cluster.Storage.Fleet;
using Cluster.Storage.Units;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Sessions.Push;

/// <summary>
/// Brings the open streams of this manager in line with the database, whoever changed it: newest assignments, notices, commands,
/// fences, removals and bans. Level-triggered: it compares with what is stored now, so a missed or doubled wake-up does no harm.
/// </summary>
internal sealed partial class AssignmentPush(
    ClusterDatabase database,
    ChangeSignal signal,
    SessionRegistry registry,
    RemovalOrder removal,
    ControlAuthority authority,
    ControlCaStart controlCa,
    ILogger<AssignmentPush> log) : BackgroundService
{
    private static readonly Failure Gone = EnrollmentFailures.UnknownIdentity;
    private DurableBatch<AgentConnection, bool>? opened;

    /// <summary>Brings a stream that was just opened in line.</summary>
    public void Follow(AgentConnection connection) => _ = Opened.AddAsync(connection);

    /// <summary>Brings all streams of clusters in line.</summary>
    public async Task SyncAsync(IReadOnlySet<Guid> clusters, CancellationToken ct)
    {
        if (clusters.Contains(Guid.Empty)) await TrustAsync(ct);
        foreach (var cluster in registry.All.Where(c => clusters.Contains(c.Machine.ClusterId)).ToLookup(c => c.Machine.ClusterId))
            await AlignAsync([.. cluster], cluster.Key, ct);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var subscription = signal.Subscribe();
        var streams = Opened.RunAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            var changed = await subscription.WaitAsync(stoppingToken);
            try
            {
                await SyncAsync(changed, stoppingToken);
            }
            catch (DatabaseUnavailableException e)
            {
                // What changed is compared again as soon as the database is back.
                LogNotRead(log, e.Message);
                await Task.Delay(TimeSpan.FromSeconds(1), stoppingToken);
                signal.Raise([.. changed]);
            }
#pragma warning disable CA1031 // A bug that one cluster's data brings out must not end the streams of all others; it is logged each time.
            catch (Exception e) when (e is not OperationCanceledException)
#pragma warning restore CA1031
            {
                LogFailed(log, e);
            }
        }

        await streams;
    }

    private DurableBatch<AgentConnection, bool> Opened =>
        LazyInitializer.EnsureInitialized(ref opened, () => new(AlignOpenedAsync, largest: 500));

    private async Task<IReadOnlyList<bool>> AlignOpenedAsync(IReadOnlyList<AgentConnection> connections, CancellationToken ct)
    {
        try
        {
            await AlignAsync(connections, null, ct);
        }
        catch (DatabaseUnavailableException e)
        {
            LogNotRead(log, e.Message);
            foreach (var connection in connections) connection.End(ConnectionEnd.Drain(1));
        }

        return [.. connections.Select(_ => true)];
    }

    private async Task AlignAsync(IReadOnlyList<AgentConnection> connections, Guid? cluster, CancellationToken ct)
    {
        var ids = connections.Select(c => c.Machine.MachineId).ToList();
        var rows = await database.ReadAsync((db, token) => Rows(db, cluster, ids).ToDictionaryAsync(r => r.Id, token), ct);
        var behind = new Dictionary<Guid, AgentConnection>();
        foreach (var connection in connections)
        {
            if (!rows.TryGetValue(connection.Machine.MachineId, out var row)) connection.End(new ConnectionEnd(null, Gone));
            else if (!Ended(connection, row))
            {
                connection.SetBlock(new PushBlock(row.Status == MachineStatus.Pending, row.Disconnected, row.Quarantined, row.Forked));
                if (row.Number > (connection.Wanted?.Number ?? 0)) behind[row.Id] = connection;
                if (MachineOrders.ToCommand(row.OrderId, row.CheckRequested, row.UnmanageRequested) is { } command)
                    connection.Order(command);
            }
        }

        if (behind.Count > 0) await WantAsync(behind, cluster, ct);
    }

    private bool Ended(AgentConnection connection, StoredBlock row)
    {
        if (row.Status == MachineStatus.Banned) connection.End(new ConnectionEnd(null, EnrollmentFailures.Banned));
        else if (row.Status is MachineStatus.Departed or MachineStatus.Prepared)
            connection.End(ConnectionEnd.Removed(removal.For(connection.Machine)));
        else if (row.StreamNumber > connection.StreamNumber) connection.End(ConnectionEnd.Fenced);
        else return false;
        return true;
    }

    private async Task WantAsync(Dictionary<Guid, AgentConnection> behind, Guid? cluster, CancellationToken ct)
    {
        var ids = behind.Keys.ToList();
        var desired = await database.ReadAsync(
            (db, token) => (cluster is { } c ? db.Desired.Where(d => d.ClusterId == c) : db.Desired.Where(d => ids.Contains(d.MachineId)))
                .Select(d => new WantedAssignment(d.MachineId, d.Number, d.Generation, d.Revision, d.BundleHash, d.StatementHash, d.Signed))
                .ToListAsync(token),
            ct);
        foreach (var wanted in desired)
        {
            // One for the generation before is about to be made anew for the one in use.
            if (behind.TryGetValue(wanted.MachineId, out var connection) && wanted.Generation == connection.Machine.Generation)
                connection.Want(wanted);
        }
    }

    private async Task TrustAsync(CancellationToken ct)
    {
        await controlCa.ReloadTrustSetAsync(ct);
        foreach (var connection in registry.All.Where(c => (long)c.TrustSetNumber < authority.Keys.TrustSetNumber))
            connection.Trust(authority.TrustSet);
    }

    private static IQueryable<StoredBlock> Rows(ClusterDbContext db, Guid? cluster, List<Guid> ids) =>
        from machine in cluster is { } c ? db.Machines.Where(m => m.ClusterId == c) : db.Machines.Where(m => ids.Contains(m.Id))
        join home in db.Clusters on machine.ClusterId equals home.Id
        join report in db.Reports on machine.Id equals report.MachineId into reports
        from report in reports.DefaultIfEmpty()
        join desired in db.Desired on machine.Id equals desired.MachineId into assignments
        from desired in assignments.DefaultIfEmpty()
        select new StoredBlock
        {
            Id = machine.Id,
            Status = machine.Status,
            Disconnected = machine.Disconnected,
            Quarantined = machine.Quarantined,
            Forked = home.Forked,
            OrderId = machine.OrderId,
            CheckRequested = machine.CheckRequested,
            UnmanageRequested = machine.UnmanageRequested,
            StreamNumber = report == null ? 0 : report.StreamNumber,
            Number = desired == null ? 0 : desired.Number,
        };

    private sealed record StoredBlock
    {
        public required Guid Id { get; init; }

        public required MachineStatus Status { get; init; }

        public required bool Disconnected { get; init; }

        public required bool Quarantined { get; init; }

        public required bool Forked { get; init; }

        public required long OrderId { get; init; }

        public required bool CheckRequested { get; init; }

        public required string? UnmanageRequested { get; init; }

        public required long StreamNumber { get; init; }

        public required long Number { get; init; }
    }

    [LoggerMessage(2206, LogLevel.Error, "Open streams could not be compared with the database.", EventName = "StreamComparisonFailed")]
    private static partial void LogFailed(ILogger log, Exception exception);

    [LoggerMessage(
        2205, LogLevel.Warning,
        "Open streams could not be compared with the database and will be soon: {Reason}",
        EventName = "StreamComparisonPostponed")]
    private static partial void LogNotRead(ILogger log, string reason);
}

using System.Text.Json;
using System.Text.Json.Serialization;
using Cluster.Contracts.Files;
using Cluster.Storage;
using Cluster.Storage.Changes;
using Cluster.Storage.Fleet;
using Cluster.Storage.Units;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Hosting.Database;

/// <summary>What is remembered of a machine.</summary>
/// <param name="ClusterId">Its cluster.</param>
/// <param name="MachineId">The machine.</param>
/// <param name="Name">Its name.</param>
/// <param name="Generation">Newest generation of its identity.</param>
/// <param name="Banned">Whether it is banned.</param>
internal readonly record struct RememberedMachine(Guid ClusterId, Guid MachineId, string Name, int Generation, bool Banned);

/// <summary>
/// Remembers beside the database who is banned and which identities were issued, so that a restore of an older database neither
/// lets a banned machine back in nor loses a host without a word: <c>epoch raise</c> compares. Nothing is taken from a database
/// that is behind.
/// </summary>
internal sealed partial class FleetMemory(
    string path,
    ClusterDatabase database,
    ChangeSignal signal,
    IWriteGuard guard,
    TimeProvider clock,
    ILogger<FleetMemory> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private Dictionary<Guid, RememberedMachine[]> clusters = [];

    /// <summary>Reads the file; nothing is remembered when there is none.</summary>
    /// <exception cref="StartRefusedException">It is damaged.</exception>
    public IReadOnlyList<RememberedMachine> Load()
    {
        if (!File.Exists(path)) return [];
        try
        {
            var read = JsonSerializer.Deserialize(File.ReadAllBytes(path), FleetMemoryJson.Default.RememberedMachineArray) ?? [];
            clusters = read.GroupBy(m => m.ClusterId).ToDictionary(g => g.Key, g => g.ToArray());
            return read;
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new StartRefusedException(
                $"{path} cannot be read ({e.Message}). It remembers bans for the case that an older database is restored; if the "
                    + "database is the newest one, delete the file.",
                e);
        }
    }

    /// <summary>Takes note of the machines of clusters as they are stored now, and writes the file if anything changed.</summary>
    public async Task NoteAsync(IReadOnlyCollection<Guid> changed, CancellationToken ct)
    {
        var stored = await database.ReadAsync((db, token) => ReadAsync(db, changed, token), ct);
        var differs = false;
        foreach (var id in changed.Where(id => id != Guid.Empty))
        {
            // A cluster that is not there any more was deleted: what was issued in it is void.
            var now = stored.GetValueOrDefault(id, []);
            if (clusters.TryGetValue(id, out var before) && before.AsSpan().SequenceEqual(now)) continue;
            differs = true;
            if (now.Length == 0) clusters.Remove(id);
            else clusters[id] = now;
        }

        if (differs)
            AtomicFile.Write(
                path,
                JsonSerializer.SerializeToUtf8Bytes(
                    [.. clusters.Values.SelectMany(m => m)], FleetMemoryJson.Default.RememberedMachineArray));
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var subscription = signal.Subscribe();
        IReadOnlyCollection<Guid>? waiting = null;
        for (var all = false; !stoppingToken.IsCancellationRequested;)
        {
            try
            {
                if (!all) waiting = await AllAsync(stoppingToken);
                await NoteAsync(waiting!, stoppingToken);
                (all, waiting) = (true, null);
            }
            catch (Exception e) when (e is DatabaseUnavailableException or IOException or UnauthorizedAccessException)
            {
                LogNotNoted(log, path, e.Message);
            }

            // Many changes a second make one file.
            await Task.Delay(Pause, clock, stoppingToken);
            if (all) waiting ??= await subscription.WaitAsync(stoppingToken);
        }
    }

    private Task<List<Guid>> AllAsync(CancellationToken ct) =>
        database.ReadAsync((db, token) => db.Clusters.Select(c => c.Id).ToListAsync(token), ct);

    private async Task<Dictionary<Guid, RememberedMachine[]>> ReadAsync(
        ClusterDbContext db, IReadOnlyCollection<Guid> ids, CancellationToken ct)
    {
        foreach (var cluster in await db.Clusters.Where(c => ids.Contains(c.Id)).ToListAsync(ct)) guard.Check(HistoryMark.Of(cluster));
        var machines = await db.Machines.Where(m => ids.Contains(m.ClusterId) && (m.Generation > 0 || m.Status == MachineStatus.Banned))
            .OrderBy(m => m.Id)
            .Select(m => new RememberedMachine(m.ClusterId, m.Id, m.Name, m.Generation, m.Status == MachineStatus.Banned)).ToListAsync(ct);
        return machines.GroupBy(m => m.ClusterId).ToDictionary(g => g.Key, g => g.ToArray());
    }

    [LoggerMessage(
        1113, LogLevel.Warning,
        "{Path} does not follow the database and is tried again: {Reason}",
        EventName = "FleetFileNotWritten")]
    private static partial void LogNotNoted(ILogger log, string path, string reason);
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(RememberedMachine[]))]
internal sealed partial class FleetMemoryJson : JsonSerializerContext;

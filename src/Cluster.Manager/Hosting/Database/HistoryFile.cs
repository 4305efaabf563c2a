using System.Text.Json;
using System.Text.Json.Serialization;
using Cluster.Contracts.Files;
using Cluster.Contracts.Problems;
using Cluster.Storage.Audit;
using Cluster.Storage.Units;

namespace Cluster.Manager.Hosting.Database;

/// <summary>
/// Remembers beside the database how far every history has come (epoch, highest revision, audit head), so that an older
/// database put in its place is noticed before anything is written to it. The file follows within a second; a lost second only
/// weakens the memory, it never blocks a right database.
/// </summary>
internal sealed partial class HistoryFile(string path, TimeProvider clock, ILogger<HistoryFile> log) : BackgroundService, IWriteGuard
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private readonly Lock gate = new();
    private Dictionary<Guid, HistoryMark> marks = [];
    private bool changed;

    /// <summary>Reads the file; nothing is remembered when there is none.</summary>
    /// <exception cref="StartRefusedException">It is damaged.</exception>
    public void Load()
    {
        if (!File.Exists(path)) return;
        try
        {
            var read = JsonSerializer.Deserialize(File.ReadAllBytes(path), HistoryJson.Default.HistoryMarkArray) ?? [];
            lock (gate) marks = read.ToDictionary(m => m.ClusterId);
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new StartRefusedException(
                $"{path} cannot be read ({e.Message}). It guards against an older database; if the database is the newest one, delete "
                    + "the file.",
                e);
        }
    }

    /// <summary>The noted head of an audit chain; <see cref="Guid.Empty"/> = the installation's.</summary>
    public AuditHead? NotedHead(Guid clusterId)
    {
        lock (gate) return marks.TryGetValue(clusterId, out var mark) ? mark.Audit : null;
    }

    /// <summary>The noted epoch of a cluster; 0 = nothing is noted.</summary>
    public long NotedEpoch(Guid clusterId)
    {
        lock (gate) return marks.TryGetValue(clusterId, out var mark) ? mark.EpochNumber : 0;
    }

    /// <summary>Compares what is remembered with what a database says.</summary>
    /// <returns>What is missing there, for people; null when nothing is.</returns>
    public string? FindBehind(IReadOnlyList<HistoryMark> stored)
    {
        lock (gate)
        {
            var there = stored.ToDictionary(m => m.ClusterId);
            foreach (var noted in marks.Values)
            {
                if (there.TryGetValue(noted.ClusterId, out var mark) && Behind(noted, mark) is { } problem) return problem;
            }

            // A cluster that is not there any more was deleted, if the installation's own chain, which was just compared, says
            // nothing else.
            marks = marks.Where(m => there.ContainsKey(m.Key)).ToDictionary();
            return null;
        }
    }

    /// <inheritdoc/>
    public void Check(HistoryMark stored)
    {
        lock (gate)
        {
            if (!marks.TryGetValue(stored.ClusterId, out var noted)) return;
            if (Behind(noted with { Audit = null }, stored) is not { } problem) return;
            LogBehind(log, problem);
            throw new DatabaseUnavailableException(
                $"Writing is refused: the database is older than what this manager has seen ({problem}).")
            {
                Code = ProblemCodes.DatabaseBehind,
            };
        }
    }

    /// <inheritdoc/>
    public void Advance(HistoryMark committed)
    {
        lock (gate)
        {
            var known = marks.TryGetValue(committed.ClusterId, out var noted);
            // Units report out of order; only what is further counts.
            if (known && Earlier(committed, noted)) return;
            var next = committed with { Audit = committed.Audit ?? noted.Audit };
            if (known && next == noted) return;
            marks[committed.ClusterId] = next;
            changed = true;
        }
    }

    /// <summary>
    /// Forgets everything, because an administrator declared the database valid; the file follows with <see cref="Flush"/>,
    /// when all is done.
    /// </summary>
    public void Reset()
    {
        lock (gate)
        {
            marks = [];
            changed = true;
        }
    }

    /// <summary>Writes the file if anything changed.</summary>
    public void Flush()
    {
        HistoryMark[] copy;
        lock (gate)
        {
            if (!changed) return;
            changed = false;
            copy = [.. marks.Values.OrderBy(m => m.ClusterId)];
        }

        AtomicFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(copy, HistoryJson.Default.HistoryMarkArray));
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) TryFlush();
        }
        catch (OperationCanceledException)
        {
            TryFlush();
        }
    }

    private static bool Earlier(HistoryMark mark, HistoryMark noted) =>
        mark.EpochNumber < noted.EpochNumber
        || (mark.EpochNumber == noted.EpochNumber
            && (mark.Revision < noted.Revision || (mark.Audit?.Sequence ?? long.MaxValue) < (noted.Audit?.Sequence ?? 0)));

    private static string? Behind(HistoryMark noted, HistoryMark stored)
    {
        var cluster = noted.ClusterId == Guid.Empty ? "the installation" : $"cluster {noted.ClusterId:D}";
        if (stored.EpochNumber > noted.EpochNumber) return null;
        if (stored.EpochNumber < noted.EpochNumber) return $"{cluster}: epoch {stored.EpochNumber} instead of {noted.EpochNumber}";
        if (stored.EpochId != noted.EpochId) return $"{cluster}: another epoch {stored.EpochNumber}";
        if (stored.Revision < noted.Revision) return $"{cluster}: revision {stored.Revision} instead of {noted.Revision}";
        if (noted.Audit is { Sequence: > 0 } head && stored.Audit != head)
        {
            return $"{cluster}: audit event {head.Sequence} is missing or another one";
        }

        return null;
    }

    private void TryFlush()
    {
        try
        {
            Flush();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            lock (gate) changed = true;
            LogNotWritten(log, e, path);
        }
    }

    [LoggerMessage(1111, LogLevel.Critical, "Writing is refused, the database is behind: {Problem}", EventName = "DatabaseBehind")]
    private static partial void LogBehind(ILogger log, string problem);

    [LoggerMessage(1112, LogLevel.Warning, "{Path} could not be written; trying again.", EventName = "HistoryFileNotWritten")]
    private static partial void LogNotWritten(ILogger log, Exception exception, string path);
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(HistoryMark[]))]
internal sealed partial class HistoryJson : JsonSerializerContext;

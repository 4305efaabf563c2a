using Cluster.Agent.Drivers;
using Microsoft.Extensions.Logging;

namespace Cluster.Agent.Apply;

/// <summary>
/// Asks drivers how their services stand, changing nothing. Whatever one throws stays with its own service: the others are looked at
/// all the same, and what is live of that one counts as unknown until it can be looked at again.
/// </summary>
internal sealed partial class DriverSight(IReadOnlyDictionary<string, IServiceDriver> drivers, ILogger log)
{
    private const string OwnFiles = "its own files";
    private readonly Dictionary<(string Service, string Step), string> troubles = [];

    /// <summary>Why it is not known how a service stands; empty = it is.</summary>
    public string TroubleOf(string service) =>
        troubles.Where(t => t.Key.Service == service && t.Key.Step != OwnFiles).Select(t => t.Value).Order(StringComparer.Ordinal)
            .FirstOrDefault("");

    /// <summary>Whether the software runs; no when it cannot be told now.</summary>
    public Task<bool> IsRunningAsync(string service, CancellationToken ct) =>
        SeeAsync(service, "whether it runs", d => d.IsRunningAsync(ct), _ => false, ct);

    /// <summary>What differs from what was applied; that nobody knows when it cannot be told now.</summary>
    public Task<IReadOnlyList<ServiceDrift>> ObserveAsync(string service, CancellationToken ct) =>
        SeeAsync<IReadOnlyList<ServiceDrift>>(
            service,
            "what differs",
            async d => [.. (await d.ObserveAsync(ct)).Select(FileTrace.Add)],
            why => [ServiceDrift.Unseen(why)],
            ct);

    /// <summary>What the driver found out beside the host; what was known when it cannot be told now.</summary>
    public Task<string> FindingsAsync(string service, string known, CancellationToken ct) =>
        SeeAsync(service, "what it found out", d => Task.FromResult(d.Findings), _ => known, ct);

    /// <summary>Hash of the administrator's own files of a service; empty when it cannot be told now.</summary>
    public Task<string> LocalFingerprintAsync(string service) => SeeAsync(
        service, OwnFiles, d => d.LocalFingerprintAsync(CancellationToken.None), _ => "", CancellationToken.None);

    /// <summary>Hash of all files that bear on what was proven; empty when it cannot be told now.</summary>
    public Task<string> WatchedFilesAsync(string service) => SeeAsync(
        service, "its files", d => d.WatchedFilesAsync(CancellationToken.None), _ => "", CancellationToken.None);

    private async Task<T> SeeAsync<T>(
        string service, string step, Func<IServiceDriver, Task<T>> see, Func<string, T> otherwise, CancellationToken ct)
    {
        try
        {
            var seen = await see(drivers[service]);
            troubles.Remove((service, step));
            return seen;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            // Files that cannot be read, software that is not there: no bug, and the proof tells what comes of it.
            troubles.Remove((service, step));
            return otherwise(e.Message);
        }
        catch (Exception e) when (!GuardedDriver.IsStop(e, ct))
        {
            return otherwise(Note(service, step, e));
        }
    }

    // Asked every few seconds: told once.
    private string Note(string service, string step, Exception e)
    {
        var text = $"What is live cannot be told: the driver failed at looking at {step} ({e.GetType().Name}). "
            + "The agent's log has the details. It is tried again.";
        if (troubles.GetValueOrDefault((service, step)) != text) NotSeen(log, service, step, e);
        troubles[(service, step)] = text;
        return text;
    }

    [LoggerMessage(
        3002, LogLevel.Error,
        "Service {Service}: the driver failed at looking at {Step}. It is tried again; the other services go on.",
        EventName = "ServiceNotSeen")]
    private static partial void NotSeen(ILogger log, string service, string step, Exception e);
}

using System.Collections.Concurrent;
using Cluster.Testing.Output;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;

namespace Cluster.Manager.Tests.Hosting;

/// <summary>
/// Takes the place of the console: keeps everything that is logged, exceptions included, for tests that look for what must (not)
/// be there, and shows it when a test fails.
/// </summary>
public sealed class LogCapture : ILoggerProvider
{
    private readonly ConcurrentQueue<(LogLevel Level, string Text)> entries = new();

    public LogCapture() => KeptOutput.Keep(this, "Log of the manager", () => entries.Select(e => $"{e.Level}: {e.Text}"));

    /// <summary>All of it.</summary>
    public string Text => string.Join('\n', entries.Select(e => e.Text));

    /// <summary>Entries of level error or worse.</summary>
    public IReadOnlyList<string> Errors => [.. entries.Where(e => e.Level >= LogLevel.Error).Select(e => e.Text)];

    /// <summary>Lets a host log here only.</summary>
    public void Replace(WebApplicationBuilder builder) => builder.Logging.ClearProviders().AddProvider(this);

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    /// <inheritdoc/>
    public void Dispose()
    {
        // A host disposes of it when it stops; the test reads on.
    }

    private sealed class Logger(LogCapture capture, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            capture.entries.Enqueue(
                (
                    logLevel,
                    $"{TimeProvider.System.GetUtcNow():HH:mm:ss.fff} {category}[{eventId.Id}] {formatter(state, exception)} {exception}"));
    }
}

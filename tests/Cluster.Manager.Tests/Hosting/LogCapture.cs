using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Cluster.Manager.Tests.Hosting;

/// <summary>Keeps everything that is logged, exceptions included, so that tests can look for what must not be there.</summary>
public sealed class LogCapture : ILoggerProvider
{
    private readonly ConcurrentQueue<(LogLevel Level, string Text)> entries = new();

    /// <summary>All of it.</summary>
    public string Text => string.Join('\n', entries.Select(e => e.Text));

    /// <summary>Entries of level error or worse.</summary>
    public IReadOnlyList<string> Errors => [.. entries.Where(e => e.Level >= LogLevel.Error).Select(e => e.Text)];

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private sealed class Logger(LogCapture capture, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            capture.entries.Enqueue((logLevel, $"{category}[{eventId.Id}] {formatter(state, exception)} {exception}"));
    }
}

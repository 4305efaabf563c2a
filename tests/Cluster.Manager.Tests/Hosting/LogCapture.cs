using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Cluster.Manager.Tests.Hosting;

/// <summary>
/// Takes the place of the console: keeps everything that is logged, exceptions included, for tests that look for what must (not)
/// be there, and shows it when a test fails.
/// </summary>
public sealed class LogCapture : ILoggerProvider
{
    private const int Shown = 200;
    private readonly ConcurrentQueue<(LogLevel Level, string Text)> entries = new();

    /// <summary>All of it.</summary>
    public string Text => string.Join('\n', entries.Select(e => e.Text));

    /// <summary>Entries of level error or worse.</summary>
    public IReadOnlyList<string> Errors => [.. entries.Where(e => e.Level >= LogLevel.Error).Select(e => e.Text)];

    /// <summary>Lets a host log here only.</summary>
    public void Replace(WebApplicationBuilder builder) => builder.Logging.ClearProviders().AddProvider(this);

    /// <summary>Adds the last entries to the output of the test that ends now, if it failed.</summary>
    public void ShowIfFailed()
    {
        if (TestContext.Current.TestState?.Result != TestResult.Failed) return;
        foreach (var (level, text) in entries.TakeLast(Shown)) TestContext.Current.TestOutputHelper?.WriteLine($"{level}: {text}");
    }

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

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            capture.entries.Enqueue(
                (
                    logLevel,
                    $"{TimeProvider.System.GetUtcNow():HH:mm:ss.fff} {category}[{eventId.Id}] {formatter(state, exception)} {exception}"));
    }
}

using Microsoft.Extensions.Logging;

namespace Cluster.Agent.Programs;

/// <summary>Writes one line an event to standard error, with the priority prefix that systemd's journal reads.</summary>
internal sealed class StandardErrorLog(string process) : ILogger
{
    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    /// <inheritdoc/>
    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel)) return;
        var priority = logLevel switch
        {
            LogLevel.Information => 6,
            LogLevel.Warning => 4,
            _ => 3,
        };
        var text = formatter(state, exception);
        if (exception is not null) text += " " + exception;
        Console.Error.WriteLine($"<{priority}>{process}[{eventId.Id}]: {text.ReplaceLineEndings(" | ")}");
    }
}

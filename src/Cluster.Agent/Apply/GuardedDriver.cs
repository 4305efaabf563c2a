using Cluster.Agent.Drivers;
using Cluster.Contracts.Machines;
using Microsoft.Extensions.Logging;

namespace Cluster.Agent.Apply;

/// <summary>Calls a driver so that whatever it throws becomes a failure of its own service and never stops another one.</summary>
internal static partial class GuardedDriver
{
    /// <summary>A step that gives a value.</summary>
    public static async Task<Attempt<T>> TryAsync<T>(
        this IServiceDriver driver, string step, Func<IServiceDriver, Task<Attempt<T>>> call, ILogger log)
        where T : class
    {
        try
        {
            return await call(driver);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // One driver's bug must not take the other services with it.
            return Explain(step, e, log);
        }
    }

    /// <summary>A step that only succeeds or fails.</summary>
    public static async Task<ApplyFailure?> TryAsync(
        this IServiceDriver driver, string step, Func<IServiceDriver, Task<ApplyFailure?>> call, ILogger log)
    {
        try
        {
            return await call(driver);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // As above.
            return Explain(step, e, log);
        }
    }

    private static ApplyFailure Explain(string step, Exception e, ILogger log)
    {
        if (e is IOException or UnauthorizedAccessException)
            return ApplyFailure.Transient(ApplyCodes.InputOutput, ApplyFailure.DiskCheck, e.Message);
        DriverFailed(log, step, e);
        return ApplyFailure.Transient(
            ApplyCodes.DriverFailed, step, $"The driver failed at {step}: {e.GetType().Name}. The agent's log has the details.");
    }

    [LoggerMessage(3001, LogLevel.Error, "A driver failed at {Step}.", EventName = "DriverFailed")]
    private static partial void DriverFailed(ILogger log, string step, Exception e);
}

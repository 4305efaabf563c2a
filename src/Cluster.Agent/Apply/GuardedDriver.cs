using Cluster.Agent.Drivers;
using Cluster.Contracts.Machines;
using Microsoft.Extensions.Logging;

namespace Cluster.Agent.Apply;

/// <summary>Calls a driver so that whatever it throws becomes a failure of its own service and never stops another one.</summary>
internal static partial class GuardedDriver
{
    private static readonly TimeSpan FindOutPause = TimeSpan.FromMinutes(1);

    /// <summary>Whether an exception only says that the agent itself stops; a driver may also give up waiting for something else.</summary>
    public static bool IsStop(Exception e, CancellationToken ct) => e is OperationCanceledException && ct.IsCancellationRequested;

    /// <summary>A step that gives a value; only the cancellation that was asked for goes through.</summary>
    public static async Task<Attempt<T>> TryAsync<T>(
        this IServiceDriver driver, string step, Func<IServiceDriver, Task<Attempt<T>>> call, ILogger log, CancellationToken ct = default)
        where T : class
    {
        try
        {
            return await call(driver);
        }
        catch (Exception e) when (!IsStop(e, ct))
        {
            // One driver's bug must not take the other services with it.
            return Explain(step, e, log);
        }
    }

    /// <summary>A step that only succeeds or fails, and is never cancelled.</summary>
    public static async Task<ApplyFailure?> TryAsync(
        this IServiceDriver driver, string step, Func<IServiceDriver, Task<ApplyFailure?>> call, ILogger log)
    {
        try
        {
            return await call(driver);
        }
        catch (Exception e) when (!IsStop(e, CancellationToken.None))
        {
            // As above.
            return Explain(step, e, log);
        }
    }

    /// <summary>Has a driver find out what is not on the host until cancelled; one that fails begins anew a little later.</summary>
    public static async Task KeepFindingOutAsync(this IServiceDriver driver, TimeProvider clock, ILogger log, CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            try
            {
                await driver.FindOutAsync(ct);
                return;
            }
            catch (Exception e) when (!IsStop(e, ct))
            {
                // As above.
                DriverFailed(log, "finding out", e);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await Task.Delay(FindOutPause, clock, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
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

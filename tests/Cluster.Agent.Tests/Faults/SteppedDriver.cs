using Cluster.Agent.Drivers;
using Cluster.Contracts.Bundles;

namespace Cluster.Agent.Tests.Faults;

/// <summary>A driver, and what happens on the host between its staging and its switch.</summary>
internal sealed class SteppedDriver(IServiceDriver driver) : IServiceDriver
{
    /// <summary>Happens before each switch.</summary>
    public Action BeforeSwitch { get; set; } = () => { };

    public Task<ServiceDescription> DescribeAsync(CancellationToken ct) => driver.DescribeAsync(ct);

    public Task<bool> IsRunningAsync(CancellationToken ct) => driver.IsRunningAsync(ct);

    public Task<string> LocalFingerprintAsync(CancellationToken ct) => driver.LocalFingerprintAsync(ct);

    public Task<string> WatchedFilesAsync(CancellationToken ct) => driver.WatchedFilesAsync(ct);

    public Task<Attempt<StagedService>> StageAsync(ServicePart part, IPrivateKeys keys, CancellationToken ct) =>
        driver.StageAsync(part, keys, ct);

    public Task<ApplyFailure?> SwitchAsync(string token, CancellationToken ct)
    {
        BeforeSwitch();
        return driver.SwitchAsync(token, ct);
    }

    public Task<ApplyFailure?> ReloadAsync(string token, CancellationToken ct) => driver.ReloadAsync(token, ct);

    public Task<Attempt<ServiceProof>> ProveAsync(ServicePart part, CancellationToken ct) => driver.ProveAsync(part, ct);

    public Task<ApplyFailure?> RestoreAsync(string token, CancellationToken ct) => driver.RestoreAsync(token, ct);

    public Task CompleteAsync(string token, CancellationToken ct) => driver.CompleteAsync(token, ct);

    public Task DiscardAsync(string token, CancellationToken ct) => driver.DiscardAsync(token, ct);

    public Task<Attempt<string>> PlanAsync(ServicePart part, CancellationToken ct) => driver.PlanAsync(part, ct);

    public Task<IReadOnlyList<ServiceDrift>> ObserveAsync(CancellationToken ct) => driver.ObserveAsync(ct);

    public Task<Attempt<StagedService>> StageUnmanageAsync(ServicePart? part, CancellationToken ct) =>
        driver.StageUnmanageAsync(part, ct);
}

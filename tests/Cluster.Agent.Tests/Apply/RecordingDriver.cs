using Cluster.Agent.Drivers;
using Cluster.Contracts.Bundles;
using Cluster.Contracts.Machines;

namespace Cluster.Agent.Tests.Apply;

/// <summary>A driver that changes nothing and keeps what it was called for; every step succeeds unless told otherwise.</summary>
internal sealed class RecordingDriver : IServiceDriver
{
    private List<string> calls = [];

    public ApplyFailure? FailsToStage { get; set; }

    public ApplyFailure? FailsToProve { get; set; }

    public ApplyFailure? FailsToReload { get; set; }

    public ApplyFailure? FailsToRestore { get; set; }

    /// <summary>Whether the live state is another one than what is staged.</summary>
    public bool Changes { get; set; } = true;

    /// <summary>What of a part it does not take.</summary>
    public IReadOnlyList<RefusedItem> Refuses { get; set; } = [];

    /// <summary>What staging an unmanage comes to.</summary>
    public StagedService Unmanaged { get; set; } = new() { Token = "token", Changed = false };

    public string Fingerprint { get; set; } = "files";

    public IReadOnlyList<ServiceDrift> Drift { get; set; } = [];

    public bool Running { get; set; } = true;

    /// <summary>What it found out beside the host.</summary>
    public string Findings { get; set; } = "";

    /// <summary>What its methods throw, by their names.</summary>
    public Dictionary<string, Exception> Throws { get; } = new(StringComparer.Ordinal);

    /// <summary>What it was called for since this was asked last.</summary>
    public string TakeCalls()
    {
        var taken = string.Join(' ', calls);
        calls = [];
        return taken;
    }

    public Task<ServiceDescription> DescribeAsync(CancellationToken ct) =>
        OrThrow("describe", new ServiceDescription { SoftwareVersion = "", Kinds = [], Features = [] });

    public Task<bool> IsRunningAsync(CancellationToken ct) => OrThrow("running", Running);

    public Task<string> LocalFingerprintAsync(CancellationToken ct) => OrThrow("own files", Fingerprint);

    public Task<string> WatchedFilesAsync(CancellationToken ct) => OrThrow("watch", Fingerprint);

    public Task<Attempt<StagedService>> StageAsync(ServicePart part, IPrivateKeys keys, CancellationToken ct)
    {
        calls.Add("stage");
        return Task.FromResult<Attempt<StagedService>>(
            FailsToStage is { } failure ? failure : new StagedService { Token = "token", Changed = Changes, Refused = Refuses });
    }

    public Task<ApplyFailure?> SwitchAsync(string token, CancellationToken ct) => Done("switch");

    public Task<ApplyFailure?> ReloadAsync(string token, CancellationToken ct)
    {
        calls.Add("reload");
        return OrThrow("reload", FailsToReload);
    }

    public Task<Attempt<ServiceProof>> ProveAsync(ServicePart part, CancellationToken ct)
    {
        calls.Add("prove");
        return Task.FromResult<Attempt<ServiceProof>>(
            FailsToProve is { } failure
                ? failure
                : new ServiceProof { Method = Running ? VerificationMethod.Wire : VerificationMethod.Pending });
    }

    public Task<ApplyFailure?> RestoreAsync(string token, CancellationToken ct)
    {
        calls.Add("restore");
        return Task.FromResult(FailsToRestore);
    }

    public Task CompleteAsync(string token, CancellationToken ct) => Done("complete");

    public Task DiscardAsync(string token, CancellationToken ct) => Done("discard");

    public Task<Attempt<string>> PlanAsync(ServicePart part, CancellationToken ct)
    {
        calls.Add("plan");
        return Task.FromResult<Attempt<string>>("It would change.");
    }

    public Task<IReadOnlyList<ServiceDrift>> ObserveAsync(CancellationToken ct) => OrThrow("observe", Drift);

    public Task<Attempt<StagedService>> StageUnmanageAsync(ServicePart? part, CancellationToken ct)
    {
        calls.Add(part is null ? "unmanage-all" : "unmanage");
        return Task.FromResult<Attempt<StagedService>>(Unmanaged);
    }

    private Task<T> OrThrow<T>(string step, T value) =>
        Throws.TryGetValue(step, out var thrown) ? Task.FromException<T>(thrown) : Task.FromResult(value);

    private Task<ApplyFailure?> Done(string call)
    {
        calls.Add(call);
        return Task.FromResult<ApplyFailure?>(null);
    }
}

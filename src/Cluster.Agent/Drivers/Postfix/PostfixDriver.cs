using System.Globalization;
using Cluster.Agent.Drivers.Postfix.Control;
using Cluster.Agent.Drivers.Postfix.Files;
using Cluster.Agent.Drivers.Postfix.Generations;
using Cluster.Agent.Drivers.Postfix.Observation;
using Cluster.Agent.Drivers.Postfix.Proof;
using Cluster.Agent.Drivers.Postfix.Rendering;
using Cluster.Agent.Drivers.Postfix.Staging;
using Cluster.Agent.Drivers.Postfix.Switching;
using Cluster.Agent.Drivers.Processes;
using Cluster.Contracts.Bundles;
using Cluster.Contracts.Machines;
using Cluster.Contracts.Settings;
using Cluster.Verification.Guard;
using Cluster.Verification.Smtp;

namespace Cluster.Agent.Drivers.Postfix;

/// <summary>One Postfix instance. Its switch point is one rename of main.cf, which names a generation of keys, chains and maps.</summary>
internal sealed class PostfixDriver : IServiceDriver
{
    /// <summary>The name in the local file.</summary>
    public const string DriverName = "postfix";

    // Postfix sleeps a second before a daemon exits, and our throttle lasts another.
    private static readonly TimeSpan Dying = TimeSpan.FromSeconds(3);

    private readonly DriverContext context;
    private readonly GenerationStore store;
    private readonly PostfixCommands commands;
    private readonly PostfixControl control;
    private readonly Stager stager;
    private readonly Switcher switcher;

    /// <summary>Makes the driver of a service; a test gives its own runner.</summary>
    public PostfixDriver(DriverContext context, IProcessRunner? runner = null)
    {
        this.context = context;
        store = new GenerationStore(context.Service.ConfigDirectory);
        commands = new PostfixCommands(runner ?? new ProcessRunner());
        control = new PostfixControl(commands, context.Service);
        var preflight = new Preflight.Preflight(commands, Probe, context.Service.ConfigDirectory, Path.Combine(store.Root, "scratch"));
        stager = new Stager(context, store, new RouteReader(commands, context.Service.ConfigDirectory), preflight);
        switcher = new Switcher(context.Service, store);
    }

    private SmtpTlsProbe Probe => new(new OwnHostGuard(), context.Clock);

    /// <inheritdoc/>
    public async Task<ServiceDescription> DescribeAsync(CancellationToken cancellation)
    {
        var parameters = await commands.ParametersAsync(context.Service.ConfigDirectory, ["mail_version"], expand: false, cancellation);
        return new ServiceDescription
        {
            SoftwareVersion = parameters.GetValueOrDefault("mail_version") ?? string.Empty,
            Kinds = [Kinds.Certificates, Kinds.Listeners, Kinds.MailFlowPolicies, Kinds.DestinationControls, Kinds.Outbound, Kinds.Trust, Kinds.TrustedAuthorities],
            Features = PostfixFeatures.All,
        };
    }

    /// <inheritdoc/>
    public Task<bool> IsRunningAsync(CancellationToken cancellation) => control.IsRunningAsync(cancellation);

    /// <inheritdoc/>
    public Task<string> LocalFingerprintAsync(CancellationToken cancellation) => Task.FromResult(Fingerprint.Of(context.Service, Live()));

    /// <inheritdoc/>
    public Task<Attempt<StagedService>> StageAsync(ServicePart part, IPrivateKeys keys, CancellationToken cancellation) =>
        GuardedAsync<StagedService>(() => stager.StageAsync(part, keys, keepOrphans: true, cancellation));

    /// <inheritdoc/>
    public Task<ApplyFailure?> SwitchAsync(string token, CancellationToken cancellation)
    {
        if (Find(token) is not { } manifest) return Task.FromResult(Lost(token));
        return Task.FromResult(Guarded("switch", () =>
        {
            LiveFiles.Sweep(context.Service.ConfigDirectory);
            var steps = switcher.Forward(manifest);
            if (!steps.Succeeded) return steps.Failure;
            if (steps.Value.Count > 0) store.MarkSwitched(manifest.Number);
            foreach (var step in steps.Value) switcher.Do(manifest.Number, step);
            return null;
        }));
    }

    /// <inheritdoc/>
    public Task<ApplyFailure?> ReloadAsync(string token, CancellationToken cancellation) => control.ReloadAsync(cancellation);

    /// <inheritdoc/>
    public async Task<Attempt<ServiceProof>> ProveAsync(ServicePart part, CancellationToken cancellation)
    {
        var live = Live();
        if (live.Manifest is not { } manifest)
        {
            return part.Settings.Count == 0
                ? new ServiceProof { Method = VerificationMethod.Loaded, Detail = "nothing is set" }
                : ApplyFailure.Final("not-live", "probe", "main.cf names no whole generation of the agent: nothing of the applied settings is in force. Put main.cf back, or retry.");
        }

        return await ProveAsync(live, manifest, cancellation);
    }

    /// <inheritdoc/>
    public async Task<ApplyFailure?> RestoreAsync(string token, CancellationToken cancellation)
    {
        var number = Number(token);
        var named = Live().Generation == number;

        // Never switched to, or restored and being removed when the agent was killed: what stands, edited by somebody or not, is none of its doing.
        if (!named && !store.WasSwitched(number)) return Discarded(number);
        if (Find(token) is not { } manifest)
        {
            if (named) return Lost(token);
        }
        else if (Guarded("switch", () => switcher.Return(manifest)) is { } notReturned)
        {
            return notReturned;
        }
        else if (await OutliveThrottleAsync(manifest, cancellation) is { } throttled)
        {
            return throttled;
        }

        // Always: a restore that was killed after its renames left software that runs with the other files.
        if (await control.ReloadAsync(cancellation) is { } notReloaded) return notReloaded;
        var live = Live();
        if (live.Manifest is { } previous && await ProveAsync(live, previous, cancellation) is { Succeeded: false } proof) return proof.Failure;
        return Discarded(number);
    }

    /// <inheritdoc/>
    public Task CompleteAsync(string token, CancellationToken cancellation)
    {
        // Somebody may have put another main.cf there meanwhile: what was applied stays, to be brought back.
        var live = Live().Generation;
        store.RemoveAllBut(!store.Exists(live) && Find(token) is { Parameters.Count: > 0 } applied ? applied.Number : live);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task DiscardAsync(string token, CancellationToken cancellation)
    {
        var number = Number(token);
        if (number != Live().Generation) store.Remove(number);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<Attempt<string>> PlanAsync(ServicePart part, CancellationToken cancellation) => GuardedAsync<string>(async () =>
    {
        var rendered = await stager.RenderAsync(part, keys: null, keepOrphans: true, cancellation);
        if (!rendered.Succeeded) return rendered.Failure;
        using var candidate = rendered.Value;
        return ServicePlan.Of(candidate, store);
    });

    /// <inheritdoc/>
    public Task<IReadOnlyList<ServiceDrift>> ObserveAsync(CancellationToken cancellation) =>
        Task.FromResult(new DriftReader(context.Service, store).Read());

    /// <inheritdoc/>
    public Task<Attempt<StagedService>> StageUnmanageAsync(ServicePart? part, CancellationToken cancellation) =>
        GuardedAsync<StagedService>(() => stager.StageAsync(part ?? ServicePart.Empty(DriverName), NoKeys.Instance, keepOrphans: false, cancellation));

    private async Task<Attempt<ServiceProof>> ProveAsync(LiveFiles live, Manifest manifest, CancellationToken cancellation)
    {
        if (!await control.IsRunningAsync(cancellation))
            return new ServiceProof { Method = VerificationMethod.Pending, Detail = "Postfix is stopped; it is proven when it runs." };
        var plans = ListenerRules.Plan(manifest.Part, context.Service, []);
        var wire = new ListenerProof(new OwnHostGuard(), context.Clock);
        var looks = await Task.WhenAll(plans.Select(p => wire.ProveAsync(p, MasterCfEdit.Find(live.Master, p.EndPoint), cancellation)));
        if (Array.Find(looks, l => !l.Succeeded) is { Failure: { } failure }) return failure;
        if (await new LoadedProof(commands, context.Service.ConfigDirectory, store).ProveAsync(manifest, cancellation) is { } notLoaded) return notLoaded;
        var loaded = LoadedProof.IsNeeded(manifest);
        return new ServiceProof
        {
            Method = looks.Length > 0 ? VerificationMethod.Wire : VerificationMethod.Loaded,
            Endpoints = [.. looks.Select(l => l.Value!)],
            Detail = loaded ? "listeners seen on the wire, outbound settings read back" : string.Empty,
        };
    }

    // A daemon that dies after the reload is held back for as long as main.cf says then: an administrator's minute would be an outage.
    private async Task<ApplyFailure?> OutliveThrottleAsync(Manifest manifest, CancellationToken cancellation)
    {
        if (!await control.IsRunningAsync(cancellation)) return null;
        string? without = null;
        if (Guarded("switch", () => { without = switcher.KeepThrottle(manifest); }) is { } notKept) return notKept;
        if (without is null) return null;
        if (await control.ReloadAsync(cancellation) is { } notReloaded) return notReloaded;
        await Task.Delay(Dying, context.Clock, cancellation);
        return Guarded("switch", () => switcher.EndThrottle(manifest, without));
    }

    // What failed is in use nowhere any more: its keys must not wait for the next success.
    private ApplyFailure? Discarded(int number) => Guarded(ApplyFailure.DiskCheck, () => store.Remove(number));

    private LiveFiles Live() => LiveFiles.Read(context.Service.ConfigDirectory, store);

    private static int Number(string token) => int.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private Manifest? Find(string token) => store.Find(Number(token));

    private static ApplyFailure? Lost(string token) => Number(token) == 0
        ? null
        : ApplyFailure.Transient("staged-state-lost", "switch", $"Generation {token} cannot be read; it is staged anew.");

    private static ApplyFailure? Guarded(string check, Func<ApplyFailure?> step)
    {
        try
        {
            return step();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ApplyFailure.Transient("disk-failed", check, e.Message);
        }
    }

    private static ApplyFailure? Guarded(string check, Action step) => Guarded(check, () =>
    {
        step();
        return null;
    });

    private static async Task<Attempt<T>> GuardedAsync<T>(Func<Task<Attempt<T>>> step)
        where T : class
    {
        try
        {
            return await step();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ApplyFailure.Transient("disk-failed", ApplyFailure.DiskCheck, e.Message);
        }
    }
}

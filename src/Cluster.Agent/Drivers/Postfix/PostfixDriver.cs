using System.Globalization;
using Cluster.Agent.Drivers.Generations;
using Cluster.Agent.Drivers.Postfix.Control;
using Cluster.Agent.Drivers.Postfix.Files;
using Cluster.Agent.Drivers.Postfix.Observation;
using Cluster.Agent.Drivers.Postfix.Preflight;
using Cluster.Agent.Drivers.Postfix.Proof;
using Cluster.Agent.Drivers.Postfix.Published;
using Cluster.Agent.Drivers.Postfix.Routes;
using Cluster.Agent.Drivers.Postfix.Rendering;
using Cluster.Agent.Drivers.Postfix.Staging;
using Cluster.Agent.Drivers.Postfix.Switching;
using Cluster.Agent.Drivers.Processes;
using Cluster.Agent.LookUps;
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
    private readonly string directory;
    private readonly GenerationStore<PostfixManifest> store;
    private readonly PostfixCommands commands;
    private readonly PostfixControl control;
    private readonly Stager stager;
    private readonly RouteProof routes;
    private (string Named, int Generation, IReadOnlyList<string> Maps)? watched;
    private readonly PublishedWatch? published;
    private readonly Switcher switcher;

    /// <summary>Makes the driver of a service; a test gives its own runner, and looks up by itself what domains publish.</summary>
    public PostfixDriver(
        DriverContext context, PostfixDriverOptions options, IProcessRunner? runner = null, PublishedWatch? published = null)
    {
        this.context = context;
        directory = options.ConfigDirectory;
        store = PostfixManifest.StoreAt(directory);
        commands = new PostfixCommands(runner ?? new ProcessRunner());
        control = new PostfixControl(commands, options);
        var preflight = new PreflightCheck(commands, Probe, directory, Path.Combine(store.Root, "scratch"));
        var reader = new RouteReader(commands, directory, store);
        if (options.ComparePublished is not false) this.published = published ?? WatchOf(context);
        stager = new Stager(context, directory, store, reader, preflight, commands) { Published = this.published };
        routes = new RouteProof(reader, store);
        switcher = new Switcher(context.Service, directory, store);
    }

    private SmtpTlsProbe Probe => new(new OwnHostGuard(), context.Clock);

    /// <inheritdoc/>
    public async Task<ServiceDescription> DescribeAsync(CancellationToken ct)
    {
        var parameters = await commands.ParametersAsync(directory, ["mail_version"], expand: false, ct);
        return new ServiceDescription
        {
            SoftwareVersion = parameters.GetValueOrDefault("mail_version") ?? "",
            Kinds =
            [
                CertificateSettings.Kind, Listener.Kind, MailFlowPolicy.Kind, AddressList.Kind, DestinationControl.Kind,
                OutboundSettings.Kind, TrustSettings.Kind, TrustedAuthority.Kind, TlsProtocolBlock.Kind,
            ],
            Features = PostfixFeatures.All,
        };
    }

    /// <inheritdoc/>
    public string Findings => published?.Current.Hash ?? "";

    /// <inheritdoc/>
    public Task FindOutAsync(CancellationToken ct) => published?.RunAsync(ct) ?? Task.CompletedTask;

    /// <inheritdoc/>
    public Task<bool> IsRunningAsync(CancellationToken ct) => control.IsRunningAsync(ct);

    /// <inheritdoc/>
    public async Task<string> LocalFingerprintAsync(CancellationToken ct) =>
        LocalFingerprint.Of(context.Service, directory, Live(), await control.IsRunningAsync(ct), Findings);

    /// <inheritdoc/>
    public Task<string> WatchedFilesAsync(CancellationToken ct)
    {
        // Asked every few seconds: nothing is read as long as main.cf and master.cf are the same.
        using var naming = new Fingerprint();
        var named = naming.AddFile(new FileInfo(InConfig("main.cf"))).AddFile(new FileInfo(InConfig("master.cf"))).End();
        if (watched is not { } known || known.Named != named)
        {
            var live = Live();
            watched = known = (named, live.Generation, LocalFingerprint.MapsOf(directory, live));
        }

        using var files = new Fingerprint();
        files.Add(named).AddFiles(directory);
        foreach (var map in known.Maps) files.AddFile(new FileInfo(map));
        if (store.Exists(known.Generation)) files.AddFiles(store.PathOf(known.Generation));
        return Task.FromResult(files.End());
    }

    /// <inheritdoc/>
    public Task<Attempt<StagedService>> StageAsync(ServicePart part, IPrivateKeys keys, CancellationToken ct) =>
        stager.StageAsync(part, keys, keepOrphans: true, ct);

    /// <inheritdoc/>
    public Task<ApplyFailure?> SwitchAsync(string token, CancellationToken ct)
    {
        if (Find(token) is not { } manifest) return Task.FromResult(Lost(token));
        LiveFiles.Sweep(directory);
        var steps = switcher.Forward(manifest);
        if (!steps.Succeeded) return Task.FromResult<ApplyFailure?>(steps.Failure);
        if (steps.Value.Count > 0) store.MarkSwitched(manifest.Number);
        foreach (var step in steps.Value) switcher.Do(manifest.Number, step);
        return Task.FromResult<ApplyFailure?>(null);
    }

    /// <inheritdoc/>
    public Task<ApplyFailure?> ReloadAsync(string token, CancellationToken ct) => control.ReloadAsync(ct);

    /// <inheritdoc/>
    public async Task<Attempt<ServiceProof>> ProveAsync(ServicePart part, CancellationToken ct)
    {
        var live = Live();
        if (live.Manifest is not { } manifest)
        {
            return part.Settings.Count == 0
                ? new ServiceProof { Method = VerificationMethod.Loaded, Detail = "nothing is set" }
                : ApplyFailure.Final(
                    ApplyCodes.NotLive,
                    "probe",
                    "main.cf names no whole generation of the agent: nothing of the applied settings is in force. Restore main.cf, "
                        + "or retry.");
        }

        if (manifest.Wanted is { } wanted && wanted != PostfixManifest.HashOf(part))
        {
            return ApplyFailure.Final(
                ApplyCodes.NotLive,
                "probe",
                $"main.cf names generation {manifest.Number}, which is of other settings than those applied. Retry.");
        }

        var proof = await ProveAsync(live, manifest, ct);
        if (proof.Succeeded && ListenerObjections.Find(live, manifest, context.Service) is { } against) return against;
        // A stopped Postfix cannot be asked, and more ways are assumed for it than it has.
        if (!proof.Succeeded || proof.Value.Method == VerificationMethod.Pending) return proof;
        if (await routes.ProveAsync(live, manifest, ct) is { } uncovered) return uncovered;
        return proof.Value with { Detail = WithPublished(proof.Value.Detail, part) };
    }

    /// <inheritdoc/>
    public async Task<ApplyFailure?> RestoreAsync(string token, CancellationToken ct)
    {
        var number = Number(token);
        var named = Live().Generation == number;

        // Never switched to, or restored and being removed when the agent was killed: what stands, edited by somebody or not, is
        // none of its doing.
        if (!named && !store.WasSwitched(number))
        {
            store.Remove(number);
            return null;
        }

        if (Find(token) is { } manifest)
        {
            switcher.Restore(manifest);
            if (await OutliveThrottleAsync(manifest, ct) is { } throttled) return throttled;
        }
        else if (named)
        {
            return Lost(token);
        }

        // Always: a restore that was killed after its renames left software that runs with the other files.
        if (await control.ReloadAsync(ct) is { } notReloaded) return notReloaded;
        var live = Live();
        if (live.Manifest is { } previous && await ProveAsync(live, previous, ct) is { Succeeded: false } proof) return proof.Failure;

        // What failed is in use nowhere any more: its keys must not wait for the next success.
        store.Remove(number);
        return null;
    }

    /// <inheritdoc/>
    public Task CompleteAsync(string token, CancellationToken ct)
    {
        // Somebody may have put another main.cf there meanwhile: what was applied stays, to be brought back.
        var live = Live().Generation;
        store.RemoveAllBut(!store.Exists(live) && Find(token) is { Parameters.Count: > 0 } applied ? applied.Number : live);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task DiscardAsync(string token, CancellationToken ct)
    {
        var number = Number(token);
        if (number != Live().Generation) store.Remove(number);
        else store.RestoreDescription(number);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task<Attempt<string>> PlanAsync(ServicePart part, CancellationToken ct)
    {
        var rendered = await stager.RenderAsync(part, keys: null, keepOrphans: true, ct);
        if (!rendered.Succeeded) return rendered.Failure;
        using var candidate = rendered.Value;
        return ServicePlan.Of(candidate, store);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ServiceDrift>> ObserveAsync(CancellationToken ct)
    {
        var drift = new DriftReader(context.Service, directory, store).Read();
        return await UncoveredAsync(ct) is { } uncovered ? [.. drift, uncovered] : drift;
    }

    /// <inheritdoc/>
    public Task<Attempt<StagedService>> StageUnmanageAsync(ServicePart? part, CancellationToken ct) =>
        stager.StageAsync(part ?? ServicePart.Empty(DriverName), NoKeys.Instance, keepOrphans: false, ct);

    // Whatever keeps routes from being compared, differences that were found otherwise are shown and put right.
    private async Task<ServiceDrift?> UncoveredAsync(CancellationToken ct)
    {
        try
        {
            var live = Live();
            if (live.Manifest is not { } manifest || !await control.IsRunningAsync(ct)) return null;
            return await routes.ProveAsync(live, manifest, ct) is { Code: ApplyCodes.RoutesChanged } uncovered
                ? new ServiceDrift(store.PathOf(manifest.Number, PostfixNames.PolicyFile), uncovered.Message)
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            return ServiceDrift.Unseen(e.Message);
        }
    }

    private async Task<Attempt<ServiceProof>> ProveAsync(LiveFiles live, PostfixManifest manifest, CancellationToken ct)
    {
        if (!await control.IsRunningAsync(ct))
            return new ServiceProof { Method = VerificationMethod.Pending, Detail = "Postfix is stopped; it is proven when it runs." };
        var plans = MasterCfEdit.Seen(live.Master, live.Administrator, ListenerPlanner.Plan(manifest.Part, context.Service, []));
        var wire = new ListenerProof(new OwnHostGuard(), context.Clock);
        var looks = await Task.WhenAll(Shown(plans, manifest).Select(p => wire.ProveAsync(p, live, ct)));
        if (Array.Find(looks, l => !l.Succeeded) is { Failure: { } failure }) return failure;
        if (await new LoadedProof(commands, directory, store).ProveAsync(manifest, ct) is { } notLoaded) return notLoaded;
        if (await new SenderReadBack(commands, directory, store).ProveAsync(plans, live, manifest, ct) is { } notAsked) return notAsked;
        var loaded = LoadedProof.IsNeeded(manifest);
        return new ServiceProof
        {
            Method = looks.Length > 0 ? looks.Max(l => l.Value!.Method) : VerificationMethod.Loaded,
            Endpoints = [.. looks.Select(l => l.Value!).Where(l => !manifest.IsRefused(l.Kind, l.Name))],
            Detail = loaded ? "listeners seen on the wire, outbound settings read back" + OutboundOffer.Told(manifest) : "",
        };
    }

    // Of versions and ciphers that are refused nothing is said, whatever of them stays live.
    private static IEnumerable<ListenerPlan> Shown(IReadOnlyList<ListenerPlan> plans, PostfixManifest manifest) =>
        manifest.IsRefused(TlsProtocolBlock.Kind, TlsProtocolBlock.SmtpInbound) ? plans.Select(p => p with { Protocols = null }) : plans;

    // A daemon that dies after the reload is held back for as long as main.cf says then: an administrator's minute would be an outage.
    private async Task<ApplyFailure?> OutliveThrottleAsync(PostfixManifest manifest, CancellationToken ct)
    {
        if (!await control.IsRunningAsync(ct)) return null;
        if (switcher.KeepThrottle(manifest) is not { } without) return null;
        if (await control.ReloadAsync(ct) is { } notReloaded) return notReloaded;
        await Task.Delay(Dying, context.Clock, ct);
        switcher.EndThrottle(manifest, without);
        return null;
    }

    // What is not compared is said.
    private string WithPublished(string detail, ServicePart part)
    {
        if (!PublishedRules.NamesOf(part.All<DestinationControl>()).Any()) return detail;
        var said = published is null ? "what domains publish (DANE, MTA-STS) is not compared on this host" : published.Unknown;
        return string.Join("; ", new[] { detail, said }.Where(t => t.Length > 0));
    }

    private static PublishedWatch WatchOf(DriverContext context) => new(
        new OwnLookUps(context.NetworkUser), new PublishedStore(context.StateDirectory), ResolverReader.SystemFile, context.Clock);

    private string InConfig(string file) => Path.Combine(directory, file);

    private LiveFiles Live() => LiveFiles.Read(directory, store);

    private static int Number(string token) =>
        int.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private PostfixManifest? Find(string token) => store.Find(Number(token));

    private static ApplyFailure? Lost(string token) => Number(token) == 0
        ? null
        : ApplyFailure.Transient(ApplyCodes.StagedStateLost, "switch", $"Generation {token} cannot be read; it is staged again.");
}

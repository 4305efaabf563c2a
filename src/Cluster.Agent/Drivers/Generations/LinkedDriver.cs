using Cluster.Agent.Drivers.Refusals;
using Cluster.Contracts.Bundles;
using Cluster.Contracts.Machines;

namespace Cluster.Agent.Drivers.Generations;

/// <summary>
/// Everything that is the same for software which takes its files through the link <c>cluster/current</c>: generations, the
/// switch, restore, refused items, drift. A driver says what its software can do, renders files, and lets the software take them
/// up; it proves what is live.
/// </summary>
/// <param name="context">The service.</param>
/// <param name="driver">Name of the driver.</param>
/// <param name="configDirectory">Where the agent's directory goes.</param>
internal abstract class LinkedDriver(DriverContext context, string driver, string configDirectory) : IServiceDriver
{
    private readonly GenerationStore<GenerationManifest> store = new(configDirectory, GenerationManifestJson.Default.GenerationManifest);

    private LinkSwitch? link;

    /// <summary>The live generation; 0 = none.</summary>
    protected int Live => Link.Live;

    /// <summary>The entry in the local file and what else the driver was made from.</summary>
    protected DriverContext Context => context;

    private LinkSwitch Link => link ??= new LinkSwitch(store);

    /// <inheritdoc/>
    public abstract Task<ServiceDescription> DescribeAsync(CancellationToken ct);

    /// <inheritdoc/>
    public abstract Task<bool> IsRunningAsync(CancellationToken ct);

    /// <inheritdoc/>
    public abstract Task<string> LocalFingerprintAsync(CancellationToken ct);

    /// <inheritdoc/>
    public async Task<string> WatchedFilesAsync(CancellationToken ct)
    {
        using var files = new Fingerprint();
        files.Add(await LocalFingerprintAsync(ct));
        AddWatched(files);
        var live = Live;
        if (!store.Exists(live)) return files.End();
        files.AddFiles(store.PathOf(live));
        foreach (var file in Directory.EnumerateFiles(store.PathOf(live), Pattern).Order(StringComparer.Ordinal))
            files.Add(FileRights.Of(file)?.ToString() ?? "");
        return files.End();
    }

    /// <inheritdoc/>
    public abstract Task<ApplyFailure?> ReloadAsync(string token, CancellationToken ct);

    /// <inheritdoc/>
    public Task<Attempt<ServiceProof>> ProveAsync(ServicePart part, CancellationToken ct) => ProveAsync(part, store.Find(Live), ct);

    /// <inheritdoc/>
    public Task<Attempt<StagedService>> StageAsync(ServicePart part, IPrivateKeys keys, CancellationToken ct) =>
        StageAsync(part, keys, keepsOrphans: true, ct);

    /// <inheritdoc/>
    public Task<Attempt<StagedService>> StageUnmanageAsync(ServicePart? part, CancellationToken ct) =>
        StageAsync(part ?? ServicePart.Empty(driver), NoKeys.Instance, keepsOrphans: false, ct);

    /// <inheritdoc/>
    public Task<ApplyFailure?> SwitchAsync(string token, CancellationToken ct)
    {
        // A journal may name a generation that a restore has removed: a link to it would lead nowhere.
        var number = GenerationToken.Parse(token).New;
        if (store.Find(number) is not { } manifest) return Task.FromResult(Lost(number));
        store.MarkSwitched(number);
        Point(IsEmpty(manifest) ? 0 : number);
        return Task.FromResult<ApplyFailure?>(null);
    }

    /// <inheritdoc/>
    public async Task<ApplyFailure?> RestoreAsync(string token, CancellationToken ct)
    {
        var (old, failed) = GenerationToken.Parse(token);
        if (old > 0 && !store.Exists(old))
        {
            return ApplyFailure.Transient(
                ApplyCodes.LastGoodLost,
                "switch",
                $"Generation {old} is gone and cannot be restored. What was switched to stays until the next apply.");
        }

        PointBack(old);

        // No start of the software finds what failed any more: its keys must not wait until the software can be told.
        if (failed != old) store.Remove(failed);

        // A restore that was killed after the link was set left software that runs with the other files.
        return await ReloadAsync(token, ct);
    }

    /// <inheritdoc/>
    public Task CompleteAsync(string token, CancellationToken ct)
    {
        // Somebody may have taken the link away meanwhile: what was applied stays, to be brought back.
        var (live, applied) = (Live, GenerationToken.Parse(token).New);
        var kept = store.Exists(live) || store.Find(applied) is not { } manifest || IsEmpty(manifest) ? live : applied;
        store.RemoveAllBut(kept);
        store.Sweep(kept);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task DiscardAsync(string token, CancellationToken ct)
    {
        var number = GenerationToken.Parse(token).New;
        if (number != Live) store.Remove(number);
        else store.RestoreDescription(number);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task<Attempt<string>> PlanAsync(ServicePart part, CancellationToken ct)
    {
        if (store.Objection() is { } untrusted) return untrusted;
        await PrepareAsync(part, ct);
        var standing = Standing();
        var rendered = Take(part, NoKeys.Instance, standing, keepsOrphans: true, isPlan: true);
        if (!rendered.Succeeded) return rendered.Failure;
        using var candidate = rendered.Value;
        return Plan(candidate.Split, standing) + RefusalText.Plan(candidate.Split.Refused);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<ServiceDrift>> ObserveAsync(CancellationToken ct) =>
        Task.FromResult<IReadOnlyList<ServiceDrift>>([.. Drift()]);

    /// <summary>The files of the live generation that a pattern names.</summary>
    protected IReadOnlyDictionary<string, byte[]> ReadLive(string pattern = "*") => store.ReadAll(Live, pattern);

    /// <summary>One glob of all files that the driver writes, for example <c>*.pem</c>; a stray file that matches is drift.</summary>
    protected abstract string Pattern { get; }

    /// <summary>Asks the host, before <see cref="Render"/>, what rendering depends on; it changes nothing.</summary>
    /// <param name="part">The wanted settings.</param>
    /// <param name="ct">Stops it.</param>
    protected virtual Task PrepareAsync(ServicePart part, CancellationToken ct) => Task.CompletedTask;

    /// <summary>The item that a file of a generation is of, as drift names it; null = of no single one.</summary>
    /// <param name="file">Its name.</param>
    /// <param name="applied">The settings that were applied.</param>
    protected abstract ItemName? ItemOf(string file, ServicePart applied);

    /// <summary>Renders a part. Problems that name items let the rest go live; the part is then rendered again without them.</summary>
    /// <param name="request">What is rendered from.</param>
    /// <param name="isPlan">Nothing will be written: a key that is not here is no problem.</param>
    protected abstract RenderedFiles Render(RenderRequest request, bool isPlan);

    /// <summary>
    /// Makes a generation the live one, 0 = none. A driver whose software must be told of the link does that here; it may be repeated,
    /// and after a kill or a refusal of the file system the next call, forward or back, starts from what stands.
    /// </summary>
    protected virtual void Point(int number) => Link.Point(number);

    /// <summary>As <see cref="Point"/>, for the way back: what one file of the host refuses must not keep the others as they are.</summary>
    protected virtual void PointBack(int number) => Point(number);

    /// <summary>Whether what leads the software to a generation is as the driver wrote it.</summary>
    protected virtual bool IsInForce(int number) => true;

    /// <summary>Differences outside of the generation that were not made by the agent.</summary>
    protected virtual IEnumerable<ServiceDrift> DriftOutside(int live) => [];

    /// <summary>Adds files outside of the generation that bear on what was proven.</summary>
    protected virtual void AddWatched(Fingerprint files)
    {
    }

    /// <summary>A file of a generation; null when there is none.</summary>
    protected byte[]? ReadFile(int number, string file) =>
        store.Exists(number) && File.Exists(store.PathOf(number, file)) ? store.Read(number, file) : null;

    /// <summary>The software's own check of a generation that is not live yet.</summary>
    /// <param name="directory">Where its files are.</param>
    /// <param name="ct">Stops it.</param>
    protected virtual Task<ApplyFailure?> CheckAsync(string directory, CancellationToken ct) => Task.FromResult<ApplyFailure?>(null);

    /// <summary>Says, for people, what switching to the rendered state would change.</summary>
    protected abstract string Plan(PartSplit wanted, StandingFiles standing);

    /// <summary>Shows that the service runs what the part says; <see cref="IServiceDriver.ProveAsync"/>.</summary>
    /// <param name="part">The wanted settings.</param>
    /// <param name="live">What is live: its refused items are not to be proven; null = nothing, or its manifest is damaged.</param>
    /// <param name="ct">Stops it.</param>
    protected abstract Task<Attempt<ServiceProof>> ProveAsync(ServicePart part, GenerationManifest? live, CancellationToken ct);

    private async Task<Attempt<StagedService>> StageAsync(ServicePart part, IPrivateKeys keys, bool keepsOrphans, CancellationToken ct)
    {
        if (store.Objection() is { } untrusted) return untrusted;
        await PrepareAsync(part, ct);
        var standing = Standing();
        store.RemoveUnused(standing.Number);
        var rendered = Take(part, keys, standing, keepsOrphans, isPlan: false);
        if (!rendered.Succeeded) return rendered.Failure;
        using var candidate = rendered.Value;
        if (candidate.IsEmpty && standing.IsEmpty && candidate.Split.Refused.Count > 0) return RefusalText.Failure(candidate.Split.Refused);
        var manifest = candidate.Manifest(standing);
        if (candidate.IsLive(standing) && HasRights(candidate.Rendered, standing.Number) && IsInForce(standing.Number))
        {
            if (standing.Number > 0) store.Describe(manifest);
            return Staged(new GenerationToken(standing.Number, standing.Number), candidate);
        }

        manifest = manifest with { Number = store.Next(), Previous = standing.Number };
        store.Write(candidate.Rendered.Files, manifest);
        if (await CheckAsync(store.PathOf(manifest.Number), ct) is { } refused)
        {
            store.Remove(manifest.Number);
            return refused;
        }

        return Staged(new GenerationToken(standing.Number, manifest.Number), candidate);
    }

    private bool HasRights(RenderedFiles wanted, int number) =>
        wanted.Files.Keys.All(f => FileRights.Of(store.PathOf(number, f)) == wanted.Rights.GetValueOrDefault(f, FileRights.Own));

    private static StagedService Staged(GenerationToken token, Candidate candidate) => new()
    {
        Token = token.ToString(),
        Changed = token.Old != token.New,
        Warnings = candidate.Warnings,
        Refused = candidate.Split.Refused,
    };

    private Attempt<Candidate> Take(ServicePart part, IPrivateKeys keys, StandingFiles standing, bool keepsOrphans, bool isPlan)
    {
        var effective = EffectivePart.Merge(keepsOrphans ? standing.Applied?.Part : null, part, context.Service);
        var split = new PartSplit(standing.Applied?.Part, effective.Part, i => EffectivePart.IsHosted(i, context.Service));
        var rendered = split.Render(p =>
        {
            var files = Render(Request(p, split, part, keys, standing, keepsOrphans), isPlan);
            return (files, files.Problems);
        });
        if (!rendered.Succeeded) return rendered.Failure;
        return new Candidate(split, rendered.Value, [.. effective.Warnings, .. rendered.Value.Warnings]);
    }

    private RenderRequest Request(
        ServicePart part, PartSplit split, ServicePart wanted, IPrivateKeys keys, StandingFiles standing, bool keepsOrphans) => new()
    {
        Part = part,
        IsWanted = i => EffectivePart.Defines(wanted, i) && !split.IsRefused(i),
        Keys = sha => keys.Find(sha) ?? store.FindKey(standing.Applied, sha) ?? standing.FindKey(sha),
        Live = standing.Files,
        Applied = standing.Applied,
        KeepsOrphans = keepsOrphans,
    };

    private StandingFiles Standing()
    {
        var live = Live;
        return new StandingFiles(live, store.ReadAll(live, Pattern), store.Applied(live));
    }

    private IEnumerable<ServiceDrift> Drift()
    {
        var live = Live;
        if (store.Exists(live) && store.Find(live) is null)
            return [new ServiceDrift(store.PathOf(live), "the manifest is damaged or gone: what was applied cannot be compared")];
        if (store.Applied(live) is not { } applied || IsEmpty(applied)) return [];
        if (applied.Number != live) return [LinkDrift(applied.Number)];
        var others = store.ReadAll(live, Pattern).Keys.Where(f => !applied.Files.ContainsKey(f));
        return store.Drift(applied, f => ItemOf(f, applied.Part))
            .Concat(applied.Files.Keys.Select(f => RightsDrift(applied, f)).OfType<ServiceDrift>())
            .Concat(others.Select(f => new ServiceDrift(store.PathOf(live, f), "was not applied")
            {
                Sides = new DifferenceSides { Intended = "no such file", OnDisk = "a file that was not applied" },
            }))
            .Concat(DriftOutside(live));
    }

    private ServiceDrift? RightsDrift(GenerationManifest applied, string file)
    {
        var path = store.PathOf(applied.Number, file);
        return FileRights.Of(path) is { } rights && rights != applied.RightsOf(file)
            ? new ServiceDrift(path, $"has mode and owner {rights}; {applied.RightsOf(file)} was applied")
            {
                Sides = new DifferenceSides { Intended = applied.RightsOf(file).ToString(), OnDisk = rights.ToString() }
                    .Of(ItemOf(file, applied.Part)),
            }
            : null;
    }

    private ServiceDrift LinkDrift(int number) => new(Link.Path, $"does not lead to generation {number}")
    {
        Sides = new DifferenceSides
        {
            Intended = $"a link to generation {number}",
            OnDisk = new FileInfo(Link.Path) is { LinkTarget: { } target } ? $"a link to {target}" : "no link",
        },
    };

    // Where everything is refused, the generation is still what says so.
    private static bool IsEmpty(GenerationManifest manifest) => manifest.Files.Count == 0 && manifest.Refused.Count == 0;

    private static ApplyFailure? Lost(int number) => number == 0
        ? null
        : ApplyFailure.Transient(ApplyCodes.StagedStateLost, "switch", $"The staged generation {number} is gone; it is staged again.");

    private sealed record Candidate(PartSplit Split, RenderedFiles Rendered, IReadOnlyList<string> Warnings) : IDisposable
    {
        public GenerationManifest Manifest(StandingFiles standing) => new()
        {
            Number = standing.Number,
            Previous = standing.Applied?.Previous ?? 0,
            Part = Split.Part,
            Refused = Split.Refused,
            Files = Rendered.Hashes,
            Rights = Rights.Count == 0 ? null : Rights,
            Unexplained = Rendered.Unexplained,
        };

        public bool IsEmpty => Rendered.Files.Count == 0;

        private Dictionary<string, string> Rights => Rendered.Rights
            .Where(r => Rendered.Files.ContainsKey(r.Key) && r.Value != FileRights.Own)
            .ToDictionary(r => r.Key, r => r.Value.ToString(), StringComparer.Ordinal);

        public bool IsLive(StandingFiles standing) =>
            Rendered.Files.Count == standing.Files.Count
            && standing.Exists == (Rendered.Files.Count > 0 || Split.Refused.Count > 0)
            && Rendered.Files.All(f => standing.Files.TryGetValue(f.Key, out var live) && live.AsSpan().SequenceEqual(f.Value));

        public void Dispose() => Rendered.Dispose();
    }
}

/// <summary>What is live before a change.</summary>
/// <param name="Number">Generation that the link names; 0 = none.</param>
/// <param name="Files">Its files.</param>
/// <param name="Applied">What was applied last; null = nothing, or its manifest is damaged.</param>
internal sealed record StandingFiles(int Number, IReadOnlyDictionary<string, byte[]> Files, GenerationManifest? Applied)
{
    /// <summary>Whether anything is live.</summary>
    public bool Exists => Number > 0;

    /// <summary>Whether nothing is live or was applied.</summary>
    public bool IsEmpty => !Exists && Applied is null;

    /// <summary>A private key in one of the files, also when no manifest says so any more; the caller clears it.</summary>
    public byte[]? FindKey(string publicKeySha256) =>
        Files.Values.Select(f => PemFile.FindKey([.. f], publicKeySha256)).FirstOrDefault(k => k is not null);
}

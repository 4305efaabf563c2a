using System.Security.Cryptography;
using System.Text;
using Cluster.Contracts.Bundles;
using Cluster.Contracts.Files;
using Cluster.Contracts.Machines;
using Cluster.Contracts.Settings;

namespace Cluster.Agent.Drivers.Files;

/// <summary>
/// Writes the certificates that the service's listeners name as PEM files (key first, then the chain) into generations under
/// <c>configDirectory/cluster</c>; the symbolic link <c>current</c> is the switch point. There is no software to reload or to ask:
/// what is proven is that the files read back as written.
/// </summary>
internal sealed class FilesDriver(DriverContext context) : IServiceDriver
{
    /// <summary>The name in the local file.</summary>
    public const string DriverName = "files";

    private readonly FilesStore store = new(context.Service.ConfigDirectory);

    /// <inheritdoc/>
    public Task<ServiceDescription> DescribeAsync(CancellationToken cancellation) => Task.FromResult(new ServiceDescription
    {
        SoftwareVersion = "",
        Kinds = [Kinds.Listeners, Kinds.MailFlowPolicies, Kinds.Certificates],
        Features = [Features.ListenerCertificate, Features.ListenerAlternateCertificate, Features.ListenerSni, Features.ListenerTls],
    });

    /// <inheritdoc/>
    public Task<bool> IsRunningAsync(CancellationToken cancellation) => Task.FromResult(true);

    /// <inheritdoc/>
    public Task<string> LocalFingerprintAsync(CancellationToken cancellation) =>
        Task.FromResult(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(context.Service.ConfigDirectory))));

    /// <inheritdoc/>
    public Task<Attempt<StagedService>> StageAsync(ServicePart part, IPrivateKeys keys, CancellationToken cancellation) => Task.FromResult(Stage(part, keys, keepOrphans: true));

    // A journal may name a generation that a restore has removed: a link to it would lead nowhere.
    /// <inheritdoc/>
    public Task<ApplyFailure?> SwitchAsync(string token, CancellationToken cancellation)
    {
        var generation = Token.Parse(token).New;
        return Task.FromResult(store.Exists(generation)
            ? Guarded(() => store.Point(generation))
            : ApplyFailure.Transient("staged-state-lost", "switch", $"The staged files {generation} are gone; they are staged anew."));
    }

    /// <inheritdoc/>
    public Task<ApplyFailure?> ReloadAsync(string token, CancellationToken cancellation) => Task.FromResult<ApplyFailure?>(null);

    /// <inheritdoc/>
    public Task<Attempt<ServiceProof>> ProveAsync(ServicePart part, CancellationToken cancellation)
    {
        var live = store.Read(store.Current);
        foreach (var (name, certificate) in part.Certificates)
        {
            if (live.GetValueOrDefault(FilesRendering.FileOf(name)) is not { } file || !FilesRendering.Shows(file, certificate))
            {
                return Task.FromResult<Attempt<ServiceProof>>(ApplyFailure.Final("not-served", "probe", $"The file of certificate {name} does not hold what was applied."));
            }
        }

        return Task.FromResult<Attempt<ServiceProof>>(new ServiceProof { Method = VerificationMethod.Loaded, Detail = "files read back" });
    }

    // What failed is not kept: its keys were never used. A repeated restore finds the link where it belongs and nothing to remove.
    /// <inheritdoc/>
    public Task<ApplyFailure?> RestoreAsync(string token, CancellationToken cancellation)
    {
        var (old, failed) = Token.Parse(token);
        if (!store.Exists(old))
            return Task.FromResult<ApplyFailure?>(ApplyFailure.Transient("last-good-lost", "switch", $"The files {old} are gone, so they cannot be put back; what was switched to stays until the next apply."));
        return Task.FromResult(Guarded(() =>
        {
            store.Point(old);
            store.Remove(failed);
        }));
    }

    /// <inheritdoc/>
    public Task CompleteAsync(string token, CancellationToken cancellation)
    {
        store.RemoveOthers();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task DiscardAsync(string token, CancellationToken cancellation)
    {
        store.Remove(Token.Parse(token).New);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<Attempt<string>> PlanAsync(ServicePart part, CancellationToken cancellation)
    {
        var current = store.Current;
        var live = store.Read(current);
        var applied = store.Find(current);
        var effective = Effective(part, applied);
        var lines = new StringBuilder();
        foreach (var (name, certificate) in effective.Part.Certificates.OrderBy(c => c.Key, StringComparer.Ordinal))
        {
            if (live.GetValueOrDefault(FilesRendering.FileOf(name)) is not { } file) lines.Append("+ certificate ").AppendLine(name);
            else if (!FilesRendering.Shows(file, certificate)) lines.Append("~ certificate ").AppendLine(name);
        }

        foreach (var name in (applied?.Part.Certificates.Keys ?? []).Except(effective.Part.Certificates.Keys).Order(StringComparer.Ordinal)) lines.Append("- certificate ").AppendLine(name);
        return Task.FromResult<Attempt<string>>(lines.ToString());
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<ServiceDrift>> ObserveAsync(CancellationToken cancellation)
    {
        var current = store.Current;
        if (current.Length == 0) return Task.FromResult<IReadOnlyList<ServiceDrift>>([]);
        if (store.Find(current) is not { } manifest)
            return Task.FromResult<IReadOnlyList<ServiceDrift>>([new ServiceDrift(Path.Combine(store.Root, current), "the manifest is damaged or gone: what was applied cannot be compared")]);
        var live = store.Read(current);
        return Task.FromResult<IReadOnlyList<ServiceDrift>>(
        [
            .. manifest.Files.Where(f => !live.TryGetValue(f.Key, out var text) || FilesStore.Hash(text) != f.Value).Select(f => new ServiceDrift(store.PathOf(current, f.Key), "differs from what was applied")),
            .. live.Keys.Where(f => !manifest.Files.ContainsKey(f)).Select(f => new ServiceDrift(store.PathOf(current, f), "was not applied")),
        ]);
    }

    /// <inheritdoc/>
    public Task<Attempt<StagedService>> StageUnmanageAsync(ServicePart? part, CancellationToken cancellation) =>
        Task.FromResult(Stage(part ?? ServicePart.Empty(DriverName), NoKeys.Instance, keepOrphans: false));

    private EffectivePart Effective(ServicePart part, FilesManifest? applied) => EffectivePart.Merge(applied?.Part, part, context.Service);

    private Attempt<StagedService> Stage(ServicePart part, IPrivateKeys keys, bool keepOrphans)
    {
        try
        {
            var current = store.Current;
            var (live, applied) = (store.Read(current), store.Find(current));
            var effective = Effective(part, keepOrphans ? applied : null);
            var rendered = FilesRendering.Render(effective, part, keys, live);
            if (!rendered.Succeeded) return rendered.Failure;
            var files = new SortedDictionary<string, string>(rendered.Value.ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal);
            var warnings = effective.Warnings.ToList();
            if (keepOrphans) KeepUnexplained(live, applied, files, warnings);
            return Stage(current, live, files, Describe(effective.Part, files, part, applied)) with { Warnings = warnings };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ApplyFailure.Transient("staging-failed", ApplyFailure.DiskCheck, e.Message);
        }
    }

    // Nobody can say who wanted a file that the manifest does not explain, or whose manifest was lost: it stays, as everything does that nobody took back.
    private static void KeepUnexplained(IReadOnlyDictionary<string, string> live, FilesManifest? applied, SortedDictionary<string, string> files, List<string> warnings)
    {
        var explained = (applied?.Part.Certificates.Keys ?? []).Select(FilesRendering.FileOf).ToHashSet(StringComparer.Ordinal);
        foreach (var (file, text) in live.Where(f => !explained.Contains(f.Key)))
        {
            if (!files.TryAdd(file, text)) continue;
            warnings.Add($"orphaned certificates/{Path.GetFileNameWithoutExtension(file)}: nothing tells what it was applied for; it stays until a certificate of that name is applied or the service is unmanaged.");
        }
    }

    // What stays as the host made it is still compared with what the agent wrote.
    private static FilesManifest Describe(ServicePart effective, SortedDictionary<string, string> files, ServicePart wanted, FilesManifest? applied) => new()
    {
        Part = effective,
        Files = files.ToDictionary(
            f => f.Key,
            f => wanted.Certificates.ContainsKey(Path.GetFileNameWithoutExtension(f.Key)) ? FilesStore.Hash(f.Value) : applied?.Files.GetValueOrDefault(f.Key) ?? FilesStore.Hash(f.Value),
            StringComparer.Ordinal),
    };

    private StagedService Stage(string current, IReadOnlyDictionary<string, string> live, SortedDictionary<string, string> files, FilesManifest manifest)
    {
        if (files.Count == live.Count && files.All(f => live.GetValueOrDefault(f.Key) == f.Value) && store.Exists(current))
        {
            if (current.Length > 0) store.Describe(current, manifest);
            if ((current.Length > 0) == (files.Count > 0)) return new StagedService { Token = new Token(current, current).ToString(), Changed = false };
        }

        var next = files.Count == 0 ? "" : store.Write(files, manifest);
        return new StagedService { Token = new Token(current, next).ToString(), Changed = true };
    }

    private static ApplyFailure? Guarded(Action step)
    {
        try
        {
            step();
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ApplyFailure.Transient("switch-failed", "switch", e.Message);
        }
    }

    private sealed record Token(string Old, string New)
    {
        public static Token Parse(string text)
        {
            var halves = text.Split(' ');
            return new Token(halves[0], halves[1]);
        }

        public override string ToString() => $"{Old} {New}";
    }
}

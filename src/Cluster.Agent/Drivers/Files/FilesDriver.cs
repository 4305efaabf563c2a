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

    private const string Current = "current";
    private readonly string root = Path.Combine(context.Service.ConfigDirectory, "cluster");

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
    public Task<Attempt<StagedService>> StageAsync(ServicePart part, IPrivateKeys keys, CancellationToken cancellation)
    {
        var rendered = FilesRendering.Render(part, keys);
        if (!rendered.Succeeded) return Task.FromResult<Attempt<StagedService>>(rendered.Failure);
        try
        {
            return Task.FromResult<Attempt<StagedService>>(Stage(rendered.Value));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Task.FromResult<Attempt<StagedService>>(ApplyFailure.Transient("staging-failed", "disk", e.Message));
        }
    }

    /// <inheritdoc/>
    public Task<ApplyFailure?> SwitchAsync(string token, CancellationToken cancellation) => Point(Token.Parse(token).New);

    /// <inheritdoc/>
    public Task<ApplyFailure?> ReloadAsync(string token, CancellationToken cancellation) => Task.FromResult<ApplyFailure?>(null);

    /// <inheritdoc/>
    public Task<Attempt<ServiceProof>> ProveAsync(ServicePart part, CancellationToken cancellation)
    {
        var live = CurrentGeneration();
        foreach (var (name, certificate) in part.Certificates)
        {
            var file = live is null ? null : Path.Combine(root, live, name + ".pem");
            if (file is null || !File.Exists(file) || !FilesRendering.Shows(File.ReadAllText(file), certificate))
            {
                return Task.FromResult<Attempt<ServiceProof>>(ApplyFailure.Final("not-served", "probe", $"The file of certificate {name} does not hold what was applied."));
            }
        }

        return Task.FromResult<Attempt<ServiceProof>>(new ServiceProof { Method = VerificationMethod.Loaded, Detail = "files read back" });
    }

    /// <inheritdoc/>
    public Task<ApplyFailure?> RestoreAsync(string token, CancellationToken cancellation) => Point(Token.Parse(token).Old);

    /// <inheritdoc/>
    public Task CompleteAsync(string token, CancellationToken cancellation) => Remove(Token.Parse(token).Old);

    /// <inheritdoc/>
    public Task DiscardAsync(string token, CancellationToken cancellation) => Remove(Token.Parse(token).New);

    /// <inheritdoc/>
    public Task<Attempt<string>> PlanAsync(ServicePart part, CancellationToken cancellation)
    {
        var live = CurrentGeneration();
        var lines = new StringBuilder();
        foreach (var (name, certificate) in part.Certificates.OrderBy(c => c.Key, StringComparer.Ordinal))
        {
            var file = live is null ? null : Path.Combine(root, live, name + ".pem");
            if (file is null || !File.Exists(file)) lines.Append("+ certificate ").AppendLine(name);
            else if (!FilesRendering.Shows(File.ReadAllText(file), certificate)) lines.Append("~ certificate ").AppendLine(name);
        }

        return Task.FromResult<Attempt<string>>(lines.ToString());
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<ServiceDrift>> ObserveAsync(CancellationToken cancellation)
    {
        var drift = new List<ServiceDrift>();
        if (CurrentGeneration() is { } live)
        {
            var expected = live.Split('-')[^1];
            var seen = FilesRendering.Hash(Read(live));
            if (seen != expected) drift.Add(new ServiceDrift(Path.Combine(root, live), "the files differ from what was applied"));
        }

        return Task.FromResult<IReadOnlyList<ServiceDrift>>(drift);
    }

    // A part replaces the files of the one before whole, so only the last of them can be nobody's any more.
    /// <inheritdoc/>
    public Task<Attempt<StagedService>> StageUnmanageAsync(ServicePart? part, CancellationToken cancellation)
    {
        var live = CurrentGeneration() ?? "";
        var wanted = part is { Certificates.Count: > 0 } ? live : "";
        return Task.FromResult<Attempt<StagedService>>(new StagedService { Token = new Token(live, wanted).ToString(), Changed = wanted != live });
    }

    private StagedService Stage(IReadOnlyDictionary<string, string> files)
    {
        var live = CurrentGeneration() ?? "";
        var hash = FilesRendering.Hash(files);
        if (live.EndsWith('-' + hash, StringComparison.Ordinal) && FilesRendering.Hash(Read(live)) == hash)
        {
            return new StagedService { Token = new Token(live, live).ToString(), Changed = false };
        }

        var number = live.Length == 0 ? 1 : int.Parse(live.Split('-')[0], System.Globalization.CultureInfo.InvariantCulture) + 1;
        var generation = $"{number}-{hash}";
        var directory = Path.Combine(root, generation);
        if (Directory.Exists(directory)) Directory.Delete(directory, recursive: true);
        Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        foreach (var (name, text) in files)
        {
            AtomicFile.Write(Path.Combine(directory, name), Encoding.UTF8.GetBytes(text));
        }

        AtomicFile.FlushDirectory(root);
        return new StagedService { Token = new Token(live, generation).ToString(), Changed = true };
    }

    private string? CurrentGeneration() => new FileInfo(Path.Combine(root, Current)).LinkTarget;

    private Dictionary<string, string> Read(string generation)
    {
        var directory = Path.Combine(root, generation);
        return Directory.Exists(directory)
            ? Directory.EnumerateFiles(directory).ToDictionary(f => Path.GetFileName(f), File.ReadAllText, StringComparer.Ordinal)
            : [];
    }

    private Task<ApplyFailure?> Point(string generation)
    {
        try
        {
            var link = Path.Combine(root, Current);
            if (generation.Length == 0)
            {
                File.Delete(link);
                return Task.FromResult<ApplyFailure?>(null);
            }

            AtomicFile.PointLink(link, generation);
            return Task.FromResult<ApplyFailure?>(null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Task.FromResult<ApplyFailure?>(ApplyFailure.Transient("switch-failed", "switch", e.Message));
        }
    }

    private Task Remove(string generation)
    {
        var directory = Path.Combine(root, generation);
        if (generation.Length > 0 && generation != CurrentGeneration() && Directory.Exists(directory)) Directory.Delete(directory, recursive: true);
        return Task.CompletedTask;
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

using System.Text;
using Cluster.Agent.Drivers.Generations;
using Cluster.Agent.Drivers.Nginx.Configuration;
using Cluster.Agent.Drivers.Nginx.Control;
using Cluster.Agent.Drivers.Nginx.Preflight;
using Cluster.Agent.Drivers.Nginx.Proof;
using Cluster.Agent.Drivers.Nginx.Rendering;
using Cluster.Agent.Drivers.Processes;
using Cluster.Agent.Drivers.Protocols;
using Cluster.Agent.Drivers.Refusals;
using Cluster.Contracts.Bundles;
using Cluster.Contracts.Machines;
using Cluster.Contracts.Settings;
using Cluster.Verification.Guard;

namespace Cluster.Agent.Drivers.Nginx;

/// <summary>
/// One nginx: HTTPS certificates, TLS versions and ciphers of management interfaces. For each it writes the directives that the
/// administrator's server includes; what is served is seen on the wire.
/// </summary>
internal sealed class NginxDriver : LinkedDriver
{
    /// <summary>The name in the local file.</summary>
    public const string DriverName = "nginx";

    private readonly NginxDriverOptions options;
    private readonly NginxNames names;
    private readonly NginxCommands commands;
    private readonly ConfigReader reader;
    private readonly NginxControl control;
    private readonly ScratchNginx scratch;
    private readonly ProtocolTrial trial;
    private HostFacts? facts;

    /// <summary>Makes the driver of a service; a test gives its own runner.</summary>
    public NginxDriver(DriverContext context, NginxDriverOptions options, IProcessRunner? runner = null)
        : base(context, DriverName, options.ConfigDirectory)
    {
        this.options = options;
        names = new NginxNames(options.ConfigDirectory);
        commands = new NginxCommands(runner ?? new ProcessRunner());
        reader = new ConfigReader(options.MainFile, names.Root);
        control = new NginxControl(commands, options, reader);
        scratch = new ScratchNginx(commands, Path.Combine(context.StateDirectory, "trial"));
        trial = new ProtocolTrial(scratch);
    }

    /// <inheritdoc/>
    protected override string Pattern => "*";

    /// <inheritdoc/>
    public override async Task<ServiceDescription> DescribeAsync(CancellationToken ct) => new()
    {
        SoftwareVersion = (await control.BuildAsync(ct)).Version,
        Kinds = [ManagementInterface.Kind, TlsProtocolBlock.Kind, CertificateSettings.Kind],
        Features = [Features.InterfaceHttpsCertificate, Features.TlsProtocolsPrefix + TlsProtocolBlock.Https],
    };

    /// <inheritdoc/>
    public override Task<bool> IsRunningAsync(CancellationToken ct) => control.IsRunningAsync(ct);

    /// <inheritdoc/>
    public override Task<string> LocalFingerprintAsync(CancellationToken ct)
    {
        using var fingerprint = new Fingerprint();
        fingerprint.Add(options.MainFile).AddFile(new FileInfo(NginxCommands.Program)).Add(reader.Stamp());
        foreach (var endpoint in Context.Service.Endpoints ?? [])
            fingerprint.Add($"{endpoint.Kind}/{endpoint.Name} {endpoint.Address} {endpoint.Port}");
        return Task.FromResult(fingerprint.End());
    }

    /// <inheritdoc/>
    public override Task<ApplyFailure?> ReloadAsync(string token, CancellationToken ct) => control.ReloadAsync(ct);

    /// <inheritdoc/>
    protected override ItemName? ItemOf(string file, ServicePart applied) =>
        InterfacePlan.Of(applied, Context.Service)
            .FirstOrDefault(p => file == NginxNames.PemOf(p.Name) || file == NginxNames.SnippetOf(p.Name))
            is { } plan ? new ItemName(ManagementInterface.Kind, plan.Name) : null;

    /// <inheritdoc/>
    protected override async Task PrepareAsync(ServicePart part, CancellationToken ct)
    {
        var isRecent = (await control.BuildAsync(ct)).IsRecent;
        var refusal = part.All<TlsProtocolBlock>().TryGetValue(TlsProtocolBlock.Https, out var block)
            ? await trial.RefusalAsync(block, isRecent, ct)
            : null;
        facts = new HostFacts(reader.Read(), isRecent, refusal);
    }

    /// <inheritdoc/>
    protected override RenderedFiles Render(RenderRequest request, bool isPlan) =>
        new NginxRendering(request, Context, names, facts!, isPlan).Render();

    /// <inheritdoc/>
    protected override async Task<ApplyFailure?> CheckAsync(string directory, CancellationToken ct)
    {
        // What is wrong with the live files of the agent's own is mended by the switch; all else is the administrator's.
        if (await control.RefusalAsync(ct) is { } standing && !standing.Contains(names.Root + "/", StringComparison.Ordinal))
            return Refused($"nginx refuses the configuration as it stands, before anything was changed. Correct it first: {standing}");
        foreach (var snippet in Directory.EnumerateFiles(directory, "*.conf").Order(StringComparer.Ordinal))
        {
            var text = await File.ReadAllTextAsync(snippet, ct);
            var staged = text.Replace(Path.Combine(names.Root, "current"), directory, StringComparison.Ordinal);
            if (await scratch.UseAsync(() => scratch.TestAsync(staged, ct), ct) is { } refusal)
                return Refused($"nginx refuses what interface {Path.GetFileNameWithoutExtension(snippet)} would be given: {refusal}");
        }

        return null;
    }

    /// <inheritdoc/>
    protected override async Task<Attempt<ServiceProof>> ProveAsync(ServicePart part, GenerationManifest? live, CancellationToken ct)
    {
        var wanted = InterfacePlan.Of(part, Context.Service)
            .Where(p => live?.IsRefused(ManagementInterface.Kind, p.Name) is not true)
            .ToList();
        if (wanted.Count > 0 && live is null)
            return ApplyFailure.Final(
                ApplyCodes.NotLive,
                "probe",
                $"{names.Live("")} leads to no whole generation of the agent: nothing that was applied is in force. Retry.");
        if (!await control.IsRunningAsync(ct))
            return new ServiceProof { Method = VerificationMethod.Pending, Detail = "nginx is stopped; it is proven when it runs." };

        // Of what is refused, what was live before stays in force.
        var plans = live is null ? [] : InterfacePlan.Of(live.Part, Context.Service);
        var block = live?.Part.All<TlsProtocolBlock>().GetValueOrDefault(TlsProtocolBlock.Https);
        foreach (var plan in wanted)
        {
            if (plans.FirstOrDefault(p => p.Name == plan.Name)?.Certificate?.Sha256 != plan.Certificate?.Sha256)
                return ApplyFailure.Final(
                    ApplyCodes.NotLive, "probe", $"What is live for interface {plan.Name} is of other settings than those applied. Retry.");
        }

        var proof = new InterfaceProof(new OwnHostGuard(), Context.Clock);
        var looks = await Task.WhenAll(wanted.Select(
            p => proof.ProveAsync(p, [.. plans.Where(o => o.EndPoint.Equals(p.EndPoint))], block, ct)));
        if (Array.Find(looks, l => !l.Succeeded) is { Failure: { } failure }) return failure;
        if (Ending(wanted, plans) is { } ending) return ending;
        return new ServiceProof
        {
            Method = looks.Length > 0 ? VerificationMethod.Wire : VerificationMethod.Loaded,
            Endpoints = [.. looks.Select(l => l.Value!)],
        };
    }

    // What runs may go on for long with a configuration that nobody would find any more.
    private ApplyFailure? Ending(IEnumerable<InterfacePlan> wanted, IReadOnlyList<InterfacePlan> plans)
    {
        var check = new ServerCheck(reader.Read(), names, plans);
        return wanted.Select(p => check.Problem(p) is { } problem
            ? ApplyFailure.Final(
                ApplyCodes.NotServed,
                "probe",
                $"Interface {p.Name} is served, but not after the next reload, by the configuration as it stands: {problem}")
            : null).FirstOrDefault(f => f is not null);
    }

    /// <inheritdoc/>
    protected override string Plan(PartSplit wanted, StandingFiles standing)
    {
        var lines = new StringBuilder();
        var before = standing.Applied?.Part;
        var plans = InterfacePlan.Of(wanted.Part, Context.Service);
        foreach (var plan in plans)
        {
            var was = before is null ? null : InterfacePlan.Of(before, Context.Service).FirstOrDefault(p => p.Name == plan.Name);
            if (was?.Certificate?.Sha256 == plan.Certificate?.Sha256 && was is not null) continue;
            lines.Append(was is null ? "+ " : "~ ").Append("interface ").Append(plan.Name)
                .Append(": certificate ").Append(plan.CertificateName).Append('\n');
        }

        foreach (var gone in (before is null ? [] : InterfacePlan.Of(before, Context.Service)).Where(b => plans.All(p => p.Name != b.Name)))
            lines.Append("- interface ").Append(gone.Name).Append(": certificate ").Append(gone.CertificateName).Append('\n');
        var (old, now) = (Protocols(before), Protocols(wanted.Part));
        if (old != now) lines.Append("~ TLS protocols: ").Append(now.Length > 0 ? now : "those of nginx").Append('\n');
        return lines.ToString();
    }

    private static string Protocols(ServicePart? part) =>
        part?.All<TlsProtocolBlock>().GetValueOrDefault(TlsProtocolBlock.Https) is { } block
            ? $"{ProtocolText.Versions(block)} {string.Join(':', block.Ciphers ?? [])}".TrimEnd()
            : "";

    private static ApplyFailure Refused(string message) => ApplyFailure.Final(ApplyCodes.NativeCheckFailed, "native-check", message);
}

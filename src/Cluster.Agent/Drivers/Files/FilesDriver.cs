using System.Text;
using Cluster.Agent.Drivers.Generations;
using Cluster.Agent.Drivers.Processes;
using Cluster.Agent.Drivers.Refusals;
using Cluster.Contracts.Bundles;
using Cluster.Contracts.Machines;
using Cluster.Contracts.Settings;

namespace Cluster.Agent.Drivers.Files;

/// <summary>
/// Writes certificates with their keys as files, for software that no other driver manages: those of service clients, and those that the
/// service's endpoints name. What is proven is that the files read back as written, and that those who are to read them can.
/// </summary>
internal sealed class FilesDriver(
    DriverContext context, FilesDriverOptions options, IProcessRunner? runner = null)
    : LinkedDriver(context, DriverName, options.ConfigDirectory)
{
    /// <summary>The name in the local file.</summary>
    public const string DriverName = "files";

    private const int DefaultTimeout = 30;

    private readonly FilesDriverOptions options = options;
    private readonly IProcessRunner runner = runner ?? new ProcessRunner();

    /// <inheritdoc/>
    protected override string Pattern => "*.p??";

    private HostCommand Command => new(runner, TimeSpan.FromSeconds(options.CommandTimeout ?? DefaultTimeout));

    private bool TakesServiceClients => options.TakesServiceClients(Context.Service.Endpoints is { Count: > 0 });

    /// <inheritdoc/>
    public override Task<ServiceDescription> DescribeAsync(CancellationToken ct)
    {
        string[] clients = TakesServiceClients ? [ServiceClient.Kind] : [];
        string[] features = TakesServiceClients ? [Features.ServiceClientCertificate] : [];
        return Task.FromResult(new ServiceDescription
        {
            SoftwareVersion = "",
            Kinds = [Listener.Kind, ManagementInterface.Kind, CertificateSettings.Kind, .. clients],
            Features =
            [
                Features.ListenerCertificate, Features.ListenerAlternateCertificate, Features.ListenerSni, Features.ListenerTls,
                Features.InterfaceHttpsCertificate, .. features,
            ],
        });
    }

    /// <inheritdoc/>
    public override Task<bool> IsRunningAsync(CancellationToken ct) => Task.FromResult(true);

    /// <inheritdoc/>
    public override Task<string> LocalFingerprintAsync(CancellationToken ct)
    {
        using var fingerprint = new Fingerprint();
        fingerprint.Add(options.ConfigDirectory);
        foreach (var file in (options.Outputs ?? []).Select(o => o.PasswordFile).OfType<string>()) fingerprint.AddFile(new FileInfo(file));
        return Task.FromResult(fingerprint.End());
    }

    /// <inheritdoc/>
    public override Task<ApplyFailure?> ReloadAsync(string token, CancellationToken ct) =>
        options.ReloadCommand is { } command ? Command.ReloadAsync(command, ct) : Task.FromResult<ApplyFailure?>(null);

    /// <inheritdoc/>
    protected override ItemName? ItemOf(string file, ServicePart applied) =>
        PlannedOutput.Of(options, applied).FirstOrDefault(o => o.Files.Contains(file, StringComparer.Ordinal))?.Item;

    /// <inheritdoc/>
    protected override Task<ApplyFailure?> CheckAsync(string directory, CancellationToken ct) =>
        options.CheckCommand is { } command ? Command.CheckAsync(command, directory, ct) : Task.FromResult<ApplyFailure?>(null);

    /// <inheritdoc/>
    protected override RenderedFiles Render(RenderRequest request, bool isPlan) => new FilesRendering(options, request, isPlan).Render();

    /// <inheritdoc/>
    protected override async Task<Attempt<ServiceProof>> ProveAsync(ServicePart part, GenerationManifest? live, CancellationToken ct)
    {
        var proof = new FilesProof(runner, Path.Combine(options.ConfigDirectory, "cluster", "current"));
        var files = ReadLive(Pattern);
        foreach (var output in PlannedOutput.Of(options, part).Where(o => !IsRefused(live, o)))
        {
            var certificate = part.Certificates.GetValueOrDefault(output.Certificate);
            if (await proof.ProveAsync(output, files, certificate, live?.Files, ct) is { } failure) return failure;
        }

        var told = options.ReloadCommand is { } command
            ? $"files read back; what reads them is told by {command[0]}, and nobody was asked which certificate it uses"
            : "files read back";
        return new ServiceProof { Method = VerificationMethod.Loaded, Detail = told };
    }

    /// <inheritdoc/>
    protected override string Plan(PartSplit wanted, StandingFiles standing)
    {
        var lines = new StringBuilder();
        var planned = PlannedOutput.Of(options, wanted.Part);
        foreach (var output in planned)
        {
            var isThere = output.Files.Any(standing.Files.ContainsKey);
            if (!isThere) lines.Append("+ ").Append(output.Told).Append('\n');
            else if (Differs(output, wanted.Part, standing)) lines.Append("~ ").Append(output.Told).Append('\n');
        }

        var named = planned.SelectMany(o => o.Files).ToHashSet(StringComparer.Ordinal);
        var before = standing.Applied is { } applied ? PlannedOutput.Of(options, applied.Part) : [];
        foreach (var gone in before.Where(o => !o.Files.Any(named.Contains))) lines.Append("- ").Append(gone.Told).Append('\n');
        return lines.ToString();
    }

    private static bool Differs(PlannedOutput output, ServicePart part, StandingFiles standing)
    {
        if (part.Certificates.GetValueOrDefault(output.Certificate) is not { } certificate) return true;
        return !OutputContent.Shows(output, standing.Files, certificate, OutputContent.ReadPassword(output.Output));
    }

    private static bool IsRefused(GenerationManifest? live, PlannedOutput output) => live is not null
        && (live.IsRefused(output.Item.Kind, output.Item.Name) || live.IsRefused(CertificateSettings.Kind, output.Certificate));
}

using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Cluster.Agent.Drivers.Generations;
using Cluster.Agent.Drivers.Refusals;
using Cluster.Contracts.Bundles;
using Cluster.Contracts.Machines;
using Cluster.Contracts.Settings;

namespace Cluster.Agent.Drivers.Files;

/// <summary>
/// Writes the certificates that the service's listeners name as PEM files (key first, then the chain). There is no software to reload or
/// to ask: what is proven is that the files read back as written.
/// </summary>
internal sealed class FilesDriver(
    DriverContext context, FilesDriverOptions options) : LinkedDriver(context, DriverName, options.ConfigDirectory)
{
    /// <summary>The name in the local file.</summary>
    public const string DriverName = "files";

    private readonly string configDirectory = options.ConfigDirectory;

    /// <inheritdoc/>
    protected override string Pattern => "*.pem";

    /// <inheritdoc/>
    public override Task<ServiceDescription> DescribeAsync(CancellationToken ct) => Task.FromResult(new ServiceDescription
    {
        SoftwareVersion = "",
        Kinds = [Listener.Kind, CertificateSettings.Kind],
        Features = [Features.ListenerCertificate, Features.ListenerAlternateCertificate, Features.ListenerSni, Features.ListenerTls],
    });

    /// <inheritdoc/>
    public override Task<bool> IsRunningAsync(CancellationToken ct) => Task.FromResult(true);

    /// <inheritdoc/>
    public override Task<string> LocalFingerprintAsync(CancellationToken ct)
    {
        using var fingerprint = new Fingerprint();
        return Task.FromResult(fingerprint.Add(configDirectory).End());
    }

    /// <inheritdoc/>
    public override Task<ApplyFailure?> ReloadAsync(string token, CancellationToken ct) => Task.FromResult<ApplyFailure?>(null);

    /// <inheritdoc/>
    protected override RenderedFiles Render(RenderRequest request, bool isPlan) => new FilesRendering(request, isPlan).Render();

    /// <inheritdoc/>
    protected override Task<Attempt<ServiceProof>> ProveAsync(ServicePart part, GenerationManifest? live, CancellationToken ct) =>
        Task.FromResult(Prove(part.Certificates.Where(c => live?.IsRefused(CertificateSettings.Kind, c.Key) is not true)));

    /// <inheritdoc/>
    protected override string Plan(PartSplit wanted, StandingFiles standing)
    {
        var lines = new StringBuilder();
        foreach (var (name, certificate) in wanted.Part.Certificates.OrderBy(c => c.Key, StringComparer.Ordinal))
        {
            if (!standing.Files.TryGetValue(FilesRendering.FileOf(name), out var file))
                lines.Append("+ certificate ").Append(name).Append('\n');
            else if (!FilesRendering.Shows(file, certificate)) lines.Append("~ certificate ").Append(name).Append('\n');
        }

        var before = standing.Applied?.Part.Certificates.Keys ?? [];
        foreach (var name in before.Except(wanted.Part.Certificates.Keys).Order(StringComparer.Ordinal))
            lines.Append("- certificate ").Append(name).Append('\n');
        return lines.ToString();
    }

    private Attempt<ServiceProof> Prove(IEnumerable<KeyValuePair<string, PartCertificate>> certificates)
    {
        var live = ReadLive(Pattern);
        foreach (var (name, certificate) in certificates)
        {
            if (live.TryGetValue(FilesRendering.FileOf(name), out var file) && FilesRendering.Shows(file, certificate)) continue;
            return ApplyFailure.Final(ApplyCodes.NotServed, "probe", $"The file of certificate {name} does not hold what was applied.");
        }

        return new ServiceProof { Method = VerificationMethod.Loaded, Detail = "files read back" };
    }
}

/// <summary>Options of a service with this driver in the host's own file.</summary>
internal sealed record FilesDriverOptions
{
    /// <summary>Absolute path; the files are below <c>cluster/current</c> in it.</summary>
    public required string ConfigDirectory { get; init; }
}

/// <summary>Serializer metadata of the options, generated at build time.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    PropertyNameCaseInsensitive = false,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(FilesDriverOptions))]
internal sealed partial class FilesDriverOptionsJson : JsonSerializerContext;

using System.Text;
using Cluster.Agent.Drivers.Generations;
using Cluster.Agent.Drivers.Processes;
using Cluster.Agent.Drivers.Protocols;
using Cluster.Agent.Drivers.Refusals;
using Cluster.Contracts.Bundles;
using Cluster.Contracts.Machines;
using Cluster.Contracts.Settings;
using Microsoft.Extensions.Logging;

namespace Cluster.Agent.Drivers.LdapClient;

/// <summary>
/// The certificate and the authorities with which programs of this host reach LDAP servers: for users by their <c>~/.ldaprc</c>, where
/// alone libldap takes a certificate from, and for Postfix by the files of its LDAP maps. The lines there name the link to the live
/// generation, so that another certificate is one rename.
/// </summary>
internal sealed partial class LdapClientDriver(DriverContext context, LdapClientOptions options, IProcessRunner? runner = null)
    : LinkedDriver(context, DriverName, options.ConfigDirectory)
{
    /// <summary>The name in the local file.</summary>
    public const string DriverName = "ldap-client";

    private readonly LdapClientOptions options = options;
    private readonly IProcessRunner runner = runner ?? new ProcessRunner();
    private string? protocolRefusal;

    /// <inheritdoc/>
    protected override string Pattern => "ldap-*";

    /// <inheritdoc/>
    public override async Task<ServiceDescription> DescribeAsync(CancellationToken ct) => new()
    {
        SoftwareVersion = await new LdapProbe(runner, options).VersionAsync(ct),
        Kinds = [LdapSettings.Kind, TlsProtocolBlock.Kind, CertificateSettings.Kind, TrustedAuthority.Kind, TrustSettings.Kind],
        Features =
        [
            Features.LdapClientCertificate, Features.LdapTrustedAuthorities, Features.TrustCustom, Features.TrustSystemSwitch,
            Features.TrustClientAuthorities, Features.TlsProtocolsPrefix + TlsProtocolBlock.Clients,
        ],
    };

    /// <inheritdoc/>
    public override Task<bool> IsRunningAsync(CancellationToken ct) => Task.FromResult(true);

    /// <inheritdoc/>
    public override Task<string> LocalFingerprintAsync(CancellationToken ct)
    {
        using var fingerprint = new Fingerprint();
        fingerprint.Add(options.ConfigDirectory);
        foreach (var target in LdapTarget.Of(options))
        {
            fingerprint.Add(target.Path).Add($"{CanHold(target.Path)}")
                .Add(TryRead(target.Path) is { } text ? OwnBlock.Without(text) ?? "" : "");
            if (target.Map is null) fingerprint.AddFile(new FileInfo(Path.Combine(Path.GetDirectoryName(target.Path)!, "ldaprc")));
        }

        return Task.FromResult(fingerprint.End());
    }

    /// <inheritdoc/>
    public override Task<ApplyFailure?> ReloadAsync(string token, CancellationToken ct) => Task.FromResult<ApplyFailure?>(null);

    /// <inheritdoc/>
    protected override ItemName? ItemOf(string file, ServicePart applied) => LdapContent.Item;

    /// <inheritdoc/>
    protected override async Task PrepareAsync(ServicePart part, CancellationToken ct) =>
        protocolRefusal = LdapContent.ProtocolsOf(part) is { } block ? await new LdapOffer(runner, options).RefusalAsync(block, ct) : null;

    /// <inheritdoc/>
    protected override RenderedFiles Render(RenderRequest request, bool isPlan) =>
        new LdapRendering(options, request, protocolRefusal, isPlan).Render();

    /// <inheritdoc/>
    protected override void AddWatched(Fingerprint files)
    {
        foreach (var target in LdapTarget.Of(options)) files.AddFile(new FileInfo(target.Path));
    }

    /// <inheritdoc/>
    protected override void Point(int number)
    {
        if (Lead(number, isWayBack: false) is [var first, ..]) throw first;
    }

    /// <inheritdoc/>
    protected override void PointBack(int number)
    {
        // A user can hold its own file up, not what was live before for all others; drift goes on naming the file.
        foreach (var problem in Lead(number, isWayBack: true)) NotRestored(Context.Log, Context.Service.Name, problem.Message);
    }

    /// <inheritdoc/>
    protected override bool IsInForce(int number)
    {
        var wanted = LinesOf(number);
        return Paths(wanted).Where(CanHold).All(p => IsInForce(p, wanted));
    }

    /// <inheritdoc/>
    protected override IEnumerable<ServiceDrift> DriftOutside(int live)
    {
        var wanted = LinesOf(live);
        return Paths(wanted).Where(p => !IsInForce(p, wanted))
            .Select(p => new ServiceDrift(p, "the agent's lines were changed, or others stand after them")
            {
                Sides = new DifferenceSides { Intended = "the agent's lines, as the last ones", OnDisk = "others" }.Of(LdapContent.Item),
            });
    }

    /// <inheritdoc/>
    protected override async Task<Attempt<ServiceProof>> ProveAsync(ServicePart part, GenerationManifest? live, CancellationToken ct)
    {
        var ldap = InForce(live, LdapContent.Item) ? part.Singleton<LdapSettings>() : null;
        var block = InForce(live, LdapContent.Protocols) ? LdapContent.ProtocolsOf(part) : null;
        if (ldap is null && block is null)
        {
            var isSet = part.Singleton<LdapSettings>() is not null || LdapContent.ProtocolsOf(part) is not null;
            return new ServiceProof
            {
                Method = VerificationMethod.Loaded,
                Detail = isSet ? "the settings are refused, nothing was proven" : "nothing is set",
            };
        }

        // Of what is refused, or defined no more, what was applied before stays.
        var standing = live?.Part ?? part;
        var content = LdapContent.Of(options, ldap is null ? standing : part, block ?? LdapContent.ProtocolsOf(standing));
        if (NotLive(part, ldap, content) is { } failure) return failure;
        var proof = ldap is null
            ? new ServiceProof { Method = VerificationMethod.Wire }
            : await new LdapProbe(runner, options).ProveAsync(ldap.ClientCertificate is not null, ct);
        if (!proof.Succeeded || block is null) return proof;
        if (await new LdapOffer(runner, options).ProveAsync(block, ct) is { } against) return against;
        var ciphers = block.Ciphers is null ? "" : " with the named ciphers alone";
        var told = $"libldap seen to offer only {ProtocolText.Versions(block)}{ciphers}";
        return proof.Value with { Detail = proof.Value.Detail.Length > 0 ? $"{proof.Value.Detail}; {told}" : told };
    }

    /// <inheritdoc/>
    protected override string Plan(PartSplit wanted, StandingFiles standing)
    {
        var lines = new StringBuilder();
        var before = standing.Applied?.Part.Certificates ?? new Dictionary<string, PartCertificate>();
        foreach (var (name, certificate) in wanted.Part.Certificates.OrderBy(c => c.Key, StringComparer.Ordinal))
        {
            if (!before.TryGetValue(name, out var old)) lines.Append("+ certificate ").Append(name).Append('\n');
            else if (!old.Chain.SequenceEqual(certificate.Chain)) lines.Append("~ certificate ").Append(name).Append('\n');
        }

        foreach (var name in before.Keys.Except(wanted.Part.Certificates.Keys).Order(StringComparer.Ordinal))
            lines.Append("- certificate ").Append(name).Append('\n');
        var content = LdapContent.Of(options, wanted.Part);
        var trusted = standing.Files.GetValueOrDefault(LdapContent.TrustFile);
        if (content.Trust is { } trust && trusted?.AsSpan().SequenceEqual(trust) is not true)
            lines.Append("~ trusted authorities\n");
        foreach (var path in Paths(content.Lines))
        {
            var (now, then) = (OwnBlock.Read(TryRead(path)) ?? [], content.Lines.GetValueOrDefault(path, []));
            foreach (var line in now.Except(then)) lines.Append($"- {path}: {line}\n");
            foreach (var line in then.Except(now)) lines.Append($"+ {path}: {line}\n");
        }

        return lines.ToString();
    }

    private static bool InForce(GenerationManifest? live, ItemName item) => live?.IsRefused(item.Kind, item.Name) is not true;

    private ApplyFailure? NotLive(ServicePart part, LdapSettings? ldap, LdapContent content)
    {
        var files = ReadLive(Pattern);
        if (files.GetValueOrDefault(LdapContent.LinesFile)?.AsSpan().SequenceEqual(content.LinesBytes) is not true
            || (content.Trust is { } trust && files.GetValueOrDefault(LdapContent.TrustFile)?.AsSpan().SequenceEqual(trust) is not true))
            return Failure("The live files are of other settings than those applied. Retry.");
        if (DriftOutside(Live).FirstOrDefault() is { } drift) return Failure($"{drift.Path}: {drift.What}. Retry.");
        if (ldap?.ClientCertificate is not { } name) return null;
        foreach (var file in LdapTarget.Of(options).Select(t => t.KeyFile).Distinct(StringComparer.Ordinal))
        {
            if (part.Certificates.GetValueOrDefault(name) is not { } certificate
                || !files.TryGetValue(file, out var pem)
                || PemFile.ReadChain(certificate.Chain) is not { } chain
                || !PemFile.Holds(pem, chain))
                return Failure($"{file} does not hold certificate {name} as it was applied. Retry.");
        }

        return null;
    }

    private static ApplyFailure Failure(string message) => ApplyFailure.Final(ApplyCodes.NotLive, "probe", message);

    private SortedDictionary<string, string[]> LinesOf(int number) => LdapContent.ReadLines(ReadFile(number, LdapContent.LinesFile));

    // Those of the live generation, too: the host's own file may have given one up.
    private List<string> Paths(SortedDictionary<string, string[]> wanted) =>
        [.. wanted.Keys.Concat(LinesOf(Live).Keys).Concat(LdapTarget.Of(options).Select(t => t.Path)).Distinct(StringComparer.Ordinal)];

    // Where a home is gone nothing can be written or taken out: who stages is told of it by name, and drift shows it.
    private static bool CanHold(string path) => Directory.Exists(Path.GetDirectoryName(path));

    private bool IsInForce(string path, SortedDictionary<string, string[]> wanted)
    {
        var text = TryRead(path);
        return text == OwnBlock.Put(text, wanted.GetValueOrDefault(path, []));
    }

    // Every file is tried, whatever another one's user did with it.
    private List<IOException> Lead(int number, bool isWayBack)
    {
        // Lines never name what the live generation does not hold: those that both states have stand while the link is set.
        var wanted = LinesOf(number);
        var paths = Paths(wanted).FindAll(CanHold);
        var failed = Write(paths, (path, text) => [.. wanted.GetValueOrDefault(path, []).Where((OwnBlock.Read(text) ?? []).Contains)]);
        if (failed.Count > 0 && !isWayBack) return [.. failed.Values];
        base.Point(number);
        foreach (var (path, problem) in Write(paths, (path, _) => wanted.GetValueOrDefault(path, []))) failed[path] = problem;
        return [.. failed.Values];
    }

    private Dictionary<string, IOException> Write(List<string> paths, Func<string, string?, IReadOnlyList<string>> lines)
    {
        var failed = new Dictionary<string, IOException>(StringComparer.Ordinal);
        foreach (var path in paths)
        {
            try
            {
                var rights = LdapTarget.Of(options).FirstOrDefault(t => t.Path == path)?.OwnRights ?? FileRights.Own;
                HostText.Change(path, UserOf(path), text => OwnBlock.Put(text, lines(path, text)), rights);
            }
            catch (IOException e)
            {
                failed[path] = e;
            }
        }

        return failed;
    }

    private string? UserOf(string path) => LdapTarget.Of(options).FirstOrDefault(t => t.Path == path)?.User;

    private string? TryRead(string path)
    {
        try
        {
            return HostText.Read(path, UserOf(path));
        }
        catch (IOException)
        {
            // Who stages is told why; who looks sees that the lines are not there.
            return null;
        }
    }

    [LoggerMessage(3070, LogLevel.Warning, "{Service}: lines could not be taken back. {Problem}", EventName = "LinesNotRestored")]
    private static partial void NotRestored(ILogger log, string service, string problem);
}

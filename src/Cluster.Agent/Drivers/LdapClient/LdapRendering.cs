using System.Security.Cryptography;
using Cluster.Agent.Drivers.Generations;
using Cluster.Agent.Drivers.Refusals;
using Cluster.Contracts.Files;
using Cluster.Contracts.Machines;
using Cluster.Contracts.Settings;

namespace Cluster.Agent.Drivers.LdapClient;

/// <summary>The files of a generation: a key with its chain for each user, the authorities, and the lines that name them.</summary>
/// <param name="options">Users and maps.</param>
/// <param name="request">The part, and what is live.</param>
/// <param name="protocolRefusal">Why the wanted versions and ciphers cannot be applied here; null = they can, or there are none.</param>
/// <param name="isPlan">Nothing will be written.</param>
internal sealed class LdapRendering(LdapClientOptions options, RenderRequest request, string? protocolRefusal, bool isPlan)
{
    private const UnixFileMode Public = AtomicFile.Private | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private readonly SortedDictionary<string, byte[]> files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FileRights> rights = new(StringComparer.Ordinal);
    private readonly List<PartProblem> problems = [];
    private readonly List<string> warnings = [];

    public RenderedFiles Render()
    {
        var ldap = request.Part.Singleton<LdapSettings>();
        var protocols = LdapContent.ProtocolsOf(request.Part);
        if (ldap is not null || protocols is not null) Add(ldap, protocols);
        else if (request is { KeepsOrphans: true, Applied: null, Live.Count: > 0 }) KeepUnexplained();
        return new RenderedFiles { Files = files, Rights = rights, Problems = problems, Warnings = warnings };
    }

    private void Add(LdapSettings? ldap, TlsProtocolBlock? protocols)
    {
        var content = LdapContent.Of(options, request.Part);
        var targets = LdapTarget.Of(options);
        problems.AddRange(content.Problems);
        List<ItemName> items = [];
        if (ldap is not null)
        {
            items.Add(LdapContent.Item);
            problems.AddRange(targets.SelectMany(t => HostObjections.Of(t, ldap)));
        }

        if (protocols is not null)
        {
            items.Add(LdapContent.Protocols);
            problems.AddRange(targets.SelectMany(HostObjections.OfProtocols));
            if (protocolRefusal is not null && request.IsWanted(LdapContent.Protocols))
                problems.Add(PartProblem.OfHost(LdapContent.Protocols, protocolRefusal));
        }

        if (targets.Count == 0)
            problems.AddRange(items.Select(
                i => PartProblem.Unsupported(i, "The host's own file names neither users nor maps of Postfix for this service.")));
        files[LdapContent.LinesFile] = content.LinesBytes;
        if (content.Trust is { } trust) AddFile(LdapContent.TrustFile, trust, FileRights.Own with { Mode = Public });
        if (ldap?.ClientCertificate is { } name) AddKeys(name, targets);
    }

    private void AddKeys(string name, IReadOnlyList<LdapTarget> targets)
    {
        var item = new ItemName(CertificateSettings.Kind, name);
        if (!request.Part.Certificates.TryGetValue(name, out var certificate))
        {
            problems.Add(PartProblem.Invalid(LdapContent.Item, $"The settings do not hold certificate {name}."));
            return;
        }

        if (PemFile.ReadChain(certificate.Chain) is not { } chain)
        {
            problems.Add(new PartProblem(
                ApplyCodes.CertificateUnreadable, $"Certificate {name}: an entry of the chain is not a certificate.") { Items = [item] });
            return;
        }

        if (request.Keys(certificate.PublicKeySha256) is not { } key)
        {
            if (request.IsWanted(LdapContent.Item) && !isPlan)
                problems.Add(new PartProblem(ApplyCodes.KeyMissing, $"The private key of certificate {name} has not arrived."));
            else foreach (var target in targets.DistinctBy(t => t.User)) Keep(target);
            return;
        }

        foreach (var target in targets.DistinctBy(t => t.User))
        {
            if (PemFile.Compose(key, chain) is { } file) AddFile(target.KeyFile, file, target.KeyRights);
            else
                problems.Add(new PartProblem(
                    ApplyCodes.KeyMismatch, $"Certificate {name}: the private key is not that of the certificate.") { Items = [item] });
        }

        CryptographicOperations.ZeroMemory(key);
    }

    private void Keep(LdapTarget target)
    {
        if (request.Live.TryGetValue(target.KeyFile, out var standing)) AddFile(target.KeyFile, [.. standing], target.KeyRights);
    }

    private void AddFile(string file, byte[] content, FileRights given)
    {
        files[file] = content;
        rights[file] = given;
    }

    // The manifest was lost: nothing tells what was wanted, and everything stays as nobody lifted it.
    private void KeepUnexplained()
    {
        foreach (var (file, content) in request.Live)
        {
            files[file] = [.. content];
            if (file == LdapContent.TrustFile) rights[file] = FileRights.Own with { Mode = Public };
        }

        foreach (var target in LdapTarget.Of(options).Where(t => files.ContainsKey(t.KeyFile))) rights[target.KeyFile] = target.KeyRights;
        warnings.Add($"orphaned {LdapContent.Item}: nothing tells what it was applied for; it stays until it is applied or unmanaged.");
    }
}

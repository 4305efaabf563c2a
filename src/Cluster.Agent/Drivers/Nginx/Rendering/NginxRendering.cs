using System.Security.Cryptography;
using Cluster.Agent.Drivers.Generations;
using Cluster.Agent.Drivers.Refusals;
using Cluster.Contracts.Machines;
using Cluster.Contracts.Settings;

namespace Cluster.Agent.Drivers.Nginx.Rendering;

/// <summary>What the host says, as it was found before rendering.</summary>
/// <param name="Server">The administrator's configuration.</param>
/// <param name="IsRecent">Whether this nginx has all the directives.</param>
/// <param name="ProtocolRefusal">Why this nginx, with the host's TLS library, cannot take the wanted versions and ciphers; null = it
/// can.</param>
internal sealed record HostFacts(Configuration.ServerMap Server, bool IsRecent, string? ProtocolRefusal);

/// <summary>The files that settings mean: for each interface its key with the chain, and the directives that its server includes.</summary>
internal sealed class NginxRendering(RenderRequest request, DriverContext context, NginxNames names, HostFacts host, bool isPlan)
{
    private static readonly ItemName HttpsBlock = new(TlsProtocolBlock.Kind, TlsProtocolBlock.Https);

    private readonly SortedDictionary<string, byte[]> files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> writtenBefore = new(StringComparer.Ordinal);
    private readonly List<PartProblem> problems = [];
    private readonly List<string> warnings = [];
    private readonly IReadOnlyList<InterfacePlan> plans = InterfacePlan.Of(request.Part, context.Service);

    private TlsProtocolBlock? Block => request.Part.All<TlsProtocolBlock>().GetValueOrDefault(TlsProtocolBlock.Https);

    public RenderedFiles Render()
    {
        if (Block is not null && host.ProtocolRefusal is { } refusal && request.IsWanted(HttpsBlock))
            problems.Add(PartProblem.OfHost(HttpsBlock, refusal));
        foreach (var plan in plans) Add(plan);
        if (request.KeepsOrphans) KeepUnexplained();
        return new RenderedFiles { Files = files, Problems = problems, Warnings = warnings, WrittenBefore = writtenBefore };
    }

    private void Add(InterfacePlan plan)
    {
        var item = new ItemName(ManagementInterface.Kind, plan.Name);

        // The name becomes a file's: the manager must not be able to name another place of this host.
        if (!NginxNames.IsUsable(plan.Name))
        {
            problems.Add(new PartProblem(ApplyCodes.InvalidName, $"'{plan.Name}' cannot be the name of a file. Rename the interface.")
            {
                Items = [item],
            });
            return;
        }

        CheckServer(plan, item);
        AddPem(plan, item);
        files[NginxNames.SnippetOf(plan.Name)] =
            Snippet.Write(plan.Name, names.Live(NginxNames.PemOf(plan.Name)), Block, host.IsRecent);
    }

    private void CheckServer(InterfacePlan plan, ItemName item)
    {
        var check = new ServerCheck(host.Server, names, plans);
        if (check.Problem(plan) is { } problem) problems.Add(PartProblem.OfHost(item, problem));
        if (Block is not { } block || check.Duplicates(plan, block) is not { } duplicates) return;

        // An interface that is live goes on being served; it is the block that cannot come to it.
        var isLive = request.Applied is { } applied && EffectivePart.Defines(applied.Part, item);
        problems.Add(PartProblem.OfHost(isLive ? HttpsBlock : item, duplicates));
    }

    private void AddPem(InterfacePlan plan, ItemName item)
    {
        if (plan.Certificate is not { } certificate)
        {
            problems.Add(PartProblem.Invalid(item, $"Certificate {plan.CertificateName} is not among what was sent."));
            return;
        }

        if (CertificateCheck.Read(plan.CertificateName, certificate, problems) is not { } chain) return;
        var file = NginxNames.PemOf(plan.Name);
        var isWanted = request.IsWanted(item) && request.IsWanted(new ItemName(CertificateSettings.Kind, plan.CertificateName));
        if (!isWanted && request.Applied?.Files.GetValueOrDefault(file) is { } hash) writtenBefore[file] = hash;
        if (isWanted)
        {
            var served = request.Applied?.Part.Certificates.Values.Any(c => c.Sha256 == certificate.Sha256) == true;
            CertificateCheck.CheckDates(plan.CertificateName, chain[0], served, context.Clock.GetUtcNow(), problems, warnings);
        }

        if (request.Keys(certificate.PublicKeySha256) is { } key)
        {
            if (CertificateCheck.Compose(plan.CertificateName, key, chain, problems) is { } content) files[file] = content;
            CryptographicOperations.ZeroMemory(key);
        }
        else if (isWanted && !isPlan)
        {
            problems.Add(
                new PartProblem(ApplyCodes.KeyMissing, $"The private key of certificate {plan.CertificateName} has not arrived."));
        }
        else if (request.Live.TryGetValue(file, out var standing))
        {
            // Nobody sends that key again: whatever the host made of the file stays.
            files[file] = [.. standing];
        }
    }

    // Nobody can say who wanted a file that the manifest does not explain, or whose manifest was lost: it stays, as everything
    // does that nobody lifted.
    private void KeepUnexplained()
    {
        var kept = request.Live.Where(f => !files.ContainsKey(f.Key) && request.Applied?.Files.ContainsKey(f.Key) is not true).ToList();
        foreach (var (file, content) in kept) files[file] = [.. content];
        foreach (var name in kept.Select(f => Path.GetFileNameWithoutExtension(f.Key)).Distinct())
        {
            warnings.Add(
                $"orphaned {ManagementInterface.Kind}/{name}: nothing tells what it was applied for; it stays until an interface of that "
                + "name is applied or the service is unmanaged.");
        }
    }
}

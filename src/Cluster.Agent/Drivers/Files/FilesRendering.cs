using System.Security.Cryptography;
using System.Text;
using Cluster.Agent.Drivers.Generations;
using Cluster.Agent.Drivers.Refusals;
using Cluster.Contracts.Bundles;
using Cluster.Contracts.Machines;
using Cluster.Contracts.Settings;
using Cluster.Pki.Certificates;

namespace Cluster.Agent.Drivers.Files;

/// <summary>The files that settings mean: one a certificate, key first, then the chain.</summary>
internal sealed class FilesRendering(RenderRequest request, bool isPlan)
{
    private readonly SortedDictionary<string, byte[]> files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> writtenBefore = new(StringComparer.Ordinal);
    private readonly List<PartProblem> problems = [];
    private readonly List<string> warnings = [];

    public static string FileOf(string certificate) => certificate + ".pem";

    /// <summary>Whether a file holds the leaf that a part promises, with its whole chain.</summary>
    public static bool Shows(byte[] file, PartCertificate certificate)
    {
        var text = Encoding.UTF8.GetString(file);
        return PemFile.ReadChain(certificate.Chain) is { } chain
            && chain[0].Sha256 == certificate.Sha256
            && chain.All(c => text.Contains(c.ToPem(), StringComparison.Ordinal));
    }

    public RenderedFiles Render()
    {
        foreach (var (name, certificate) in request.Part.Certificates) Add(name, certificate);
        if (request.KeepsOrphans) KeepUnexplained();
        return new RenderedFiles { Files = files, Problems = problems, Warnings = warnings, WrittenBefore = writtenBefore };
    }

    private void Add(string name, PartCertificate certificate)
    {
        var item = new ItemName(CertificateSettings.Kind, name);

        // The name becomes a file's: the manager must not be able to name another place of this host.
        if (name is "" or "." or ".." || name.AsSpan().IndexOfAny('/', '\0') >= 0)
            Refuse(item, ApplyCodes.InvalidName, $"'{name}' cannot be the name of a file. Rename the certificate.");
        else if (PemFile.ReadChain(certificate.Chain) is not { } chain)
            Refuse(item, ApplyCodes.CertificateUnreadable, $"Certificate {name}: an entry of the chain is not a certificate.");
        else Add(item, certificate, chain);
    }

    private void Add(ItemName item, PartCertificate certificate, IReadOnlyList<CertificateInfo> chain)
    {
        var file = FileOf(item.Name);
        if (!request.IsWanted(item) && request.Applied?.Files.GetValueOrDefault(file) is { } hash) writtenBefore[file] = hash;
        if (request.Keys(certificate.PublicKeySha256) is { } key)
        {
            if (PemFile.Compose(key, chain) is { } content) files[file] = content;
            else Refuse(item, ApplyCodes.KeyMismatch, $"Certificate {item.Name}: the private key is not that of the certificate.");
            CryptographicOperations.ZeroMemory(key);
        }
        else if (request.IsWanted(item) && !isPlan)
        {
            problems.Add(new PartProblem(ApplyCodes.KeyMissing, $"The private key of certificate {item.Name} has not arrived."));
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
        var explained = (request.Applied?.Part.Certificates.Keys ?? []).Select(FileOf).ToHashSet(StringComparer.Ordinal);
        foreach (var (file, content) in request.Live.Where(f => !explained.Contains(f.Key)))
        {
            if (!files.TryAdd(file, [.. content])) continue;
            warnings.Add(
                $"orphaned {CertificateSettings.Kind}/{Path.GetFileNameWithoutExtension(file)}: nothing tells what it was applied for; "
                + "it stays until a certificate of that name is applied or the service is unmanaged.");
        }
    }

    private void Refuse(ItemName item, string code, string message) => problems.Add(new PartProblem(code, message) { Items = [item] });
}

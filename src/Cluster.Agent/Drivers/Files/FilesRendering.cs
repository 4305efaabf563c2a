using System.Security.Cryptography;
using Cluster.Agent.Drivers.Generations;
using Cluster.Agent.Drivers.Refusals;
using Cluster.Contracts.Machines;
using Cluster.Contracts.Settings;
using Cluster.Pki.Certificates;

namespace Cluster.Agent.Drivers.Files;

/// <summary>The files that settings mean: for each service client and certificate what the host's own file says.</summary>
internal sealed class FilesRendering(FilesDriverOptions options, RenderRequest request, bool isPlan)
{
    private readonly SortedDictionary<string, byte[]> files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FileRights> rights = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> writtenBefore = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ItemName> planned = new(StringComparer.Ordinal);
    private readonly List<PartProblem> problems = [];
    private readonly List<string> warnings = [];
    private readonly List<string> unexplained = [];

    public RenderedFiles Render()
    {
        foreach (var output in PlannedOutput.Of(options, request.Part)) Add(output);
        if (request.KeepsOrphans) KeepUnexplained();
        return new RenderedFiles
        {
            Files = files,
            Rights = rights,
            Problems = problems,
            Warnings = warnings,
            WrittenBefore = writtenBefore,
            Unexplained = unexplained,
        };
    }

    private void Add(PlannedOutput output)
    {
        var name = output.Item.Name;

        // The name becomes a file's: the manager must not be able to name another place of this host.
        if (name is "" or "." or ".." || name.AsSpan().IndexOfAny('/', '\0') >= 0)
            Refuse(output.Item, ApplyCodes.InvalidName, $"'{name}' cannot be the name of a file. Rename it.");
        else if (output.Files.FirstOrDefault(planned.ContainsKey) is { } taken)
            Refuse(output.Item, ApplyCodes.Unsupported, $"{planned[taken]} is written to {taken}, too. Give one of them an output with "
                + "another file in the host's own file.");
        else if (!request.Part.Certificates.TryGetValue(output.Certificate, out var certificate))
            Refuse(output.Item, ApplyCodes.InvalidPart, $"The settings do not hold certificate {output.Certificate}.");
        else if (PemFile.ReadChain(certificate.Chain) is not { } chain)
            Refuse(
                new ItemName(CertificateSettings.Kind, output.Certificate),
                ApplyCodes.CertificateUnreadable,
                $"Certificate {output.Certificate}: an entry of the chain is not a certificate.");
        else if (chain[0].PublicKeySha256 != certificate.PublicKeySha256) RefuseKey(output);
        else Add(output, chain);
    }

    private void Add(PlannedOutput output, IReadOnlyList<CertificateInfo> chain)
    {
        foreach (var file in output.Files)
        {
            planned[file] = output.Item;
            if (output.RightsOf(file) is { } given) rights[file] = given;
            else problems.Add(OfHost(output, "The user or group of its output is not known on this host any more."));
        }

        var password = OutputContent.ReadPassword(output.Output);
        if (output.Output.Form == OutputFormat.Pkcs12 && string.IsNullOrEmpty(password))
        {
            problems.Add(OfHost(output, password is null
                ? $"The password file {output.Output.PasswordFile} cannot be read. Restore it."
                : $"The first line of the password file {output.Output.PasswordFile} is empty. Write the password of the PKCS#12 there."));
            Keep(output);
        }
        else if ((request.Keys(chain[0].PublicKeySha256) ?? KeyOfLive(output, chain, password)) is { } key)
        {
            Compose(output, key, chain, password ?? "");
            CryptographicOperations.ZeroMemory(key);
        }
        else if (request.IsWanted(output.Item) && !isPlan)
        {
            problems.Add(new PartProblem(ApplyCodes.KeyMissing, $"The private key of certificate {output.Certificate} has not arrived."));
        }
        else
        {
            Keep(output);
        }
    }

    private static PartProblem OfHost(PlannedOutput output, string message) => PartProblem.OfHost(output.Item, message);

    private void Compose(PlannedOutput output, byte[] key, IReadOnlyList<CertificateInfo> chain, string password)
    {
        if (OutputContent.Compose(output, key, chain, password) is not { } contents)
        {
            RefuseKey(output);
            return;
        }

        foreach (var (file, content) in output.Files.Zip(contents)) files[file] = content;
    }

    // Nobody sends that key again: whatever the host made of the files stays.
    private void Keep(PlannedOutput output)
    {
        foreach (var file in output.Files)
        {
            if (!request.Live.TryGetValue(file, out var standing)) continue;
            files[file] = [.. standing];
            if (request.Applied?.Files.GetValueOrDefault(file) is { } hash) writtenBefore[file] = hash;
        }
    }

    private byte[]? KeyOfLive(PlannedOutput output, IReadOnlyList<CertificateInfo> chain, string? password) =>
        password is not null && request.Live.TryGetValue(output.Files[0], out var standing)
            ? OutputContent.FindKey(standing, password, chain[0].PublicKeySha256)
            : null;

    // Nobody can say who wanted a file that the manifest does not explain, or whose manifest was lost: it stays, as everything
    // does that nobody lifted.
    private void KeepUnexplained()
    {
        foreach (var (file, content) in request.Live.Where(f => !IsExplained(f.Key)))
        {
            if (!files.TryAdd(file, [.. content])) continue;
            unexplained.Add(file);
            warnings.Add(
                $"orphaned {CertificateSettings.Kind}/{Path.GetFileNameWithoutExtension(file)}: nothing tells what it was applied for; "
                + "it stays until a certificate of that name is applied or the service is unmanaged.");
        }
    }

    // Older agents did not note which files they could not explain, and wrote one a certificate.
    private bool IsExplained(string file) => request.Applied is { } applied
        && (applied.Unexplained is { } known
            ? applied.Files.ContainsKey(file) && !known.Contains(file, StringComparer.Ordinal)
            : applied.Part.Certificates.Keys.Any(c => c + ".pem" == file));

    private void RefuseKey(PlannedOutput output) => Refuse(
        new ItemName(CertificateSettings.Kind, output.Certificate),
        ApplyCodes.KeyMismatch,
        $"Certificate {output.Certificate}: the private key is not that of the certificate.");

    private void Refuse(ItemName item, string code, string message) => problems.Add(new PartProblem(code, message) { Items = [item] });
}

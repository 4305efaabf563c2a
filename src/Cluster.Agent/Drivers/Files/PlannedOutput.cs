using Cluster.Agent.Drivers.Generations;
using Cluster.Agent.Drivers.Refusals;
using Cluster.Contracts.Bundles;
using Cluster.Contracts.Files;
using Cluster.Contracts.Settings;
using Cluster.Domain.Settings;

namespace Cluster.Agent.Drivers.Files;

/// <summary>What is to be written for one item of a part.</summary>
internal sealed record PlannedOutput
{
    private const UnixFileMode Public = AtomicFile.Private | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>The service client, or the certificate, that it is written for.</summary>
    public required ItemName Item { get; init; }

    /// <summary>The certificate, by name; that of the item where it is one.</summary>
    public required string Certificate { get; init; }

    /// <summary>What the host's own file says of it, or the default.</summary>
    public required FileOutput Output { get; init; }

    /// <summary>Names of its files; the one with the key first.</summary>
    public IReadOnlyList<string> Files => FileNames(Output.Form, Output.File ?? Item.Name);

    /// <summary>Its certificate as people read of it.</summary>
    public string Told => Item.Kind == CertificateSettings.Kind
        ? $"certificate {Certificate}"
        : $"service client {Item.Name}, certificate {Certificate}";

    /// <summary>Mode and owner of one of its files; null when the host does not know the user or group any more.</summary>
    public FileRights? RightsOf(string file)
    {
        var rights = FilesOptionsCheck.RightsOf(Output);
        var isForOwner = file == Files[0] || rights == FileRights.Own;
        return isForOwner ? rights : rights?.WithMode(Public);
    }

    /// <summary>Everything that a part means on this host, certificates first, each in the order of names.</summary>
    public static IReadOnlyList<PlannedOutput> Of(FilesDriverOptions options, ServicePart part)
    {
        var outputs = options.Outputs ?? [];
        var clients = part.All<ServiceClient>();
        var onlyOfClients = clients.Values.Select(c => c.Certificate).Except(NamedOtherwise(part), StringComparer.Ordinal).ToHashSet();
        var certificates = from name in part.Certificates.Keys.Order(StringComparer.Ordinal)
                           from output in Found(outputs.Where(o => o.Certificate == name), !onlyOfClients.Contains(name))
                           select Planned(new ItemName(CertificateSettings.Kind, name), name, output);
        var ofClients = from client in clients.OrderBy(c => c.Key, StringComparer.Ordinal)
                        from output in Found(outputs.Where(o => o.Client == client.Key), true)
                        select Planned(new ItemName(ServiceClient.Kind, client.Key), client.Value.Certificate, output);
        return [.. certificates, .. ofClients];
    }

    /// <summary>Names of the files of a form, the one with the key first.</summary>
    public static IReadOnlyList<string> FileNames(OutputFormat format, string name) => format switch
    {
        OutputFormat.PemSplit => [name + "-key.pem", name + "-chain.pem"],
        OutputFormat.Pkcs12 => [name + ".p12"],
        _ => [name + ".pem"],
    };

    private static IEnumerable<FileOutput> Found(IEnumerable<FileOutput> named, bool isWrittenAnyway) =>
        isWrittenAnyway ? named.DefaultIfEmpty(new FileOutput()) : named;

    private static PlannedOutput Planned(ItemName item, string certificate, FileOutput output) =>
        new() { Item = item, Certificate = certificate, Output = output };

    private static IEnumerable<string> NamedOtherwise(ServicePart part) =>
        from kind in part.Settings
        where kind.Key != ServiceClient.Kind
        from document in kind.Value
        from reference in KindRegistry.Get(kind.Key).References(document.Value)
        where reference.Kind == CertificateSettings.Kind
        select reference.Name;
}

using System.Net;
using Cluster.Agent.Configuration;
using Cluster.Contracts.Bundles;
using Cluster.Contracts.Json;
using Cluster.Contracts.Settings;
using Cluster.Verification.Proof;
using Cluster.Verification.Tls;

namespace Cluster.Agent.Drivers.Nginx.Rendering;

/// <summary>What one interface shall be on this host.</summary>
internal sealed record InterfacePlan
{
    public required string Name { get; init; }

    /// <summary>Where it listens, by the host's own file.</summary>
    public required IPEndPoint EndPoint { get; init; }

    /// <summary>Its host name, lower case; empty = none is set.</summary>
    public required string Hostname { get; init; }

    /// <summary>As the part calls it.</summary>
    public required string CertificateName { get; init; }

    /// <summary>Its certificate; null = the part does not hold it.</summary>
    public required PartCertificate? Certificate { get; init; }

    /// <summary>The interfaces of a part that the service's entry in the host's own file lists, by name.</summary>
    public static IReadOnlyList<InterfacePlan> Of(ServicePart part, LocalService service) =>
    [
        .. from item in part.All<ManagementInterface>().OrderBy(i => i.Key, StringComparer.Ordinal)
           let endpoint = service.FindEndpoint(ManagementInterface.Kind, item.Key)
           where endpoint is not null
           select new InterfacePlan
           {
               Name = item.Key,
               EndPoint = new IPEndPoint(IPAddress.Parse(endpoint.Address), endpoint.Port),
               Hostname = (item.Value.Hostname ?? "").ToLowerInvariant(),
               CertificateName = item.Value.HttpsCertificate,
               Certificate = part.Certificates.GetValueOrDefault(item.Value.HttpsCertificate),
           },
    ];

    /// <summary>
    /// What clients are served that ask for no name, for the host name, and for each name of the certificate. Where interfaces share an
    /// address and port, a client that asks for no name, or for another one, may be served any of them.
    /// </summary>
    /// <param name="sharing">All interfaces at this address and port, this one included.</param>
    public IReadOnlyList<ServedName> Names(IReadOnlyList<InterfacePlan> sharing)
    {
        var any = sharing.Select(s => s.Certificate).OfType<PartCertificate>().Select(ExpectedCertificate.Of).ToArray();
        ExpectedCertificate[] own = Certificate is { } certificate ? [ExpectedCertificate.Of(certificate)] : [];
        var asked = sharing.Count > 1 ? [Hostname] : own.SelectMany(c => c.DnsNames).Select(AskedFor).Prepend(Hostname);
        return
        [
            new ServedName(null, any),
            .. asked.Where(n => n.Length > 0).Select(n => n.ToLowerInvariant()).Distinct(StringComparer.Ordinal)
                .Select(n => new ServedName(n, own)),
        ];
    }

    private static string AskedFor(string name) => name.StartsWith("*.", StringComparison.Ordinal) ? "any" + name[1..] : name;
}

/// <summary>The block of TLS protocols in nginx's words, and as a probe asks for it.</summary>
internal static class ProtocolText
{
    /// <summary>The versions of a block for <c>ssl_protocols</c>.</summary>
    public static string Versions(TlsProtocolBlock block) => string.Join(
        ' ',
        Enum.GetValues<TlsVersion>()
            .Where(v => v >= block.Minimum && v <= (block.Maximum ?? TlsVersion.Tls13))
            .Select(v => v == TlsVersion.Tls10 ? "TLSv1" : "TLSv" + EnumNames.Of(v)[3..]));

    /// <summary>The named suites of one sort, for <c>ssl_ciphers</c> or <c>ssl_conf_command Ciphersuites</c>; empty = none.</summary>
    public static string Ciphers(TlsProtocolBlock block, bool ofTls13) => string.Join(
        ':', (block.Ciphers ?? []).Where(c => c.StartsWith("TLS_", StringComparison.Ordinal) == ofTls13));

    /// <summary>Suites of a block that have no number here, so that nothing could be proven of them.</summary>
    public static IEnumerable<string> Unknown(TlsProtocolBlock block) =>
        (block.Ciphers ?? []).Where(c => !CipherSuites.ByName.ContainsKey(c));

    /// <summary>What a server with that block takes.</summary>
    /// <param name="block">The block.</param>
    /// <param name="keys">Kinds of keys that its certificates have.</param>
    public static TlsRange Range(TlsProtocolBlock block, KeyKinds keys) => new()
    {
        Minimum = block.Minimum,
        Maximum = block.Maximum ?? TlsVersion.Tls13,
        Suites = [.. (block.Ciphers ?? []).Select(c => CipherSuites.ByName.GetValueOrDefault(c)).OfType<CipherSuite>()],
        KeyKinds = keys,
    };
}

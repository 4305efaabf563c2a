using System.Net;
using Cluster.Agent.Configuration;
using Cluster.Contracts.Bundles;
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

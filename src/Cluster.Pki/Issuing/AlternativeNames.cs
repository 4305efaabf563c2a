using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace Cluster.Pki.Issuing;

/// <summary>Builds the subjectAltName extension (RFC 5280, 4.2.1.6).</summary>
internal static class AlternativeNames
{
    /// <summary>Null when there is no name.</summary>
    public static X509Extension? Build(IEnumerable<string> dnsNames, IEnumerable<IPAddress> addresses, IEnumerable<string> uris)
    {
        var builder = new SubjectAlternativeNameBuilder();
        var count = 0;
        foreach (var name in dnsNames)
        {
            builder.AddDnsName(name);
            count++;
        }

        foreach (var address in addresses)
        {
            builder.AddIpAddress(address);
            count++;
        }

        foreach (var uri in uris)
        {
            builder.AddUri(new Uri(uri, UriKind.Absolute));
            count++;
        }

        return count == 0 ? null : builder.Build();
    }
}

using System.Net;
using System.Security.Cryptography.X509Certificates;
using Cluster.Pki.Certificates;
using Cluster.Pki.Keys;

namespace Cluster.Pki.Issuing;

/// <summary>What a certificate to be issued shall say.</summary>
public sealed record IssueOrder
{
    /// <summary>The public key that is certified.</summary>
    public required PublicKeyMaterial PublicKey { get; init; }

    /// <summary>Distinguished name; may be empty when there are alternative names (RFC 5280, 4.1.2.6).</summary>
    public required SubjectName Subject { get; init; }

    /// <summary>SAN dNSName entries in A-labels.</summary>
    public IReadOnlyList<string> DnsNames { get; init; } = [];

    /// <summary>SAN iPAddress entries.</summary>
    public IReadOnlyList<IPAddress> IpAddresses { get; init; } = [];

    /// <summary>SAN uniformResourceIdentifier entries, absolute.</summary>
    public IReadOnlyList<string> Uris { get; init; } = [];

    /// <summary>First instant of the validity.</summary>
    public required DateTimeOffset NotBefore { get; init; }

    /// <summary>Last instant of the validity.</summary>
    public required DateTimeOffset NotAfter { get; init; }

    /// <summary>keyUsage.</summary>
    public required X509KeyUsageFlags KeyUsage { get; init; }

    /// <summary>Object identifiers of extendedKeyUsage; empty leaves the extension out.</summary>
    public IReadOnlyList<string> ExtendedKeyUsage { get; init; } = [];

    /// <summary>Whether it is an authority.</summary>
    public bool IsCa { get; init; }

    /// <summary>How many authorities may follow below; null leaves it open.</summary>
    public int? PathLength { get; init; }

    /// <summary>Caller-chosen serial number, big endian; null takes 128 random bits.</summary>
    public ReadOnlyMemory<byte>? SerialNumber { get; init; }

    /// <summary>Where the issuer's certificate can be fetched, named in authorityInfoAccess; null leaves it out.</summary>
    public string? CaIssuerUrl { get; init; }
}

namespace Cluster.Contracts.Certificates;

/// <summary>What was found in a file; nothing was stored.</summary>
public sealed record InspectResult
{
    /// <summary>Containers in the order in which they were opened.</summary>
    public required IReadOnlyList<ContainerShape> Containers { get; init; }

    /// <summary>All certificates, in the order found.</summary>
    public required IReadOnlyList<InspectedCertificate> Certificates { get; init; }

    /// <summary>Private keys: what they are, never the keys.</summary>
    public required IReadOnlyList<InspectedKey> PrivateKeys { get; init; }

    /// <summary>Certificate requests.</summary>
    public required IReadOnlyList<InspectedRequest> SigningRequests { get; init; }

    /// <summary>The chain as it would be installed, leaf first, as digests; absent when no leaf stands out.</summary>
    public IReadOnlyList<string>? Chain { get; init; }

    /// <summary>What is wrong with the data, and what is found about the chain.</summary>
    public required IReadOnlyList<CertificateFindingShape> Findings { get; init; }
}

/// <summary>A container.</summary>
/// <param name="Kind">pem, der, pkcs7, pkcs12, jks, jceks or unknown.</param>
/// <param name="Detail">Algorithms and counts, for people.</param>
public sealed record ContainerShape(string Kind, string Detail);

/// <summary>A certificate that was found.</summary>
public sealed record InspectedCertificate
{
    /// <summary>Distinguished name as text (RFC 4514).</summary>
    public required string Subject { get; init; }

    /// <summary>Distinguished name of the signer as text (RFC 4514).</summary>
    public required string Issuer { get; init; }

    /// <summary>Serial number, lower-case hex.</summary>
    public required string SerialNumber { get; init; }

    /// <summary>SAN dNSName entries.</summary>
    public required IReadOnlyList<string> DnsNames { get; init; }

    /// <summary>SAN iPAddress entries.</summary>
    public required IReadOnlyList<string> IpAddresses { get; init; }

    /// <summary>Begin of validity.</summary>
    public required DateTimeOffset NotBefore { get; init; }

    /// <summary>End of validity.</summary>
    public required DateTimeOffset NotAfter { get; init; }

    /// <summary>Family of the public key, for example <c>rsa</c>.</summary>
    public required string KeyAlgorithm { get; init; }

    /// <summary>Size of the key in bits.</summary>
    public required int KeySize { get; init; }

    /// <summary>Algorithm with which the issuer signed, by its usual name, for example <c>sha256WithRSAEncryption</c>.</summary>
    public required string SignatureAlgorithm { get; init; }

    /// <summary>Whether it is an authority.</summary>
    public required bool IsCa { get; init; }

    /// <summary>SHA-256 of the DER, lower-case hex.</summary>
    public required string Sha256 { get; init; }

    /// <summary>SHA-256 of the SubjectPublicKeyInfo, lower-case hex.</summary>
    public required string PublicKeySha256 { get; init; }

    /// <summary>Whether its private key is in the data.</summary>
    public required bool HasPrivateKey { get; init; }
}

/// <summary>A private key that was found.</summary>
/// <param name="Algorithm">Algorithm.</param>
/// <param name="Size">Size in bits.</param>
/// <param name="PublicKeySha256">SHA-256 of the SubjectPublicKeyInfo, lower-case hex.</param>
public sealed record InspectedKey(string Algorithm, int Size, string PublicKeySha256);

/// <summary>A certificate request that was found.</summary>
/// <param name="Subject">Subject.</param>
/// <param name="DnsNames">Asked host names.</param>
/// <param name="IpAddresses">Asked addresses.</param>
/// <param name="PublicKeySha256">SHA-256 of the SubjectPublicKeyInfo, lower-case hex.</param>
public sealed record InspectedRequest(
    string Subject, IReadOnlyList<string> DnsNames, IReadOnlyList<string> IpAddresses, string PublicKeySha256);

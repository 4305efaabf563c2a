namespace Cluster.Contracts.Certificates;

/// <summary>Asks for a self-signed certificate with an open signing request.</summary>
public sealed record CertificateCreate
{
    /// <summary>Name that settings will use to refer to it; lower-case letters, digits, <c>.</c>, <c>_</c> and <c>-</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Subject; the common name is copied from the first name when absent.</summary>
    public SubjectShape? Subject { get; init; }

    /// <summary>Host names, A- or U-labels, with or without one left-most wildcard label.</summary>
    public IReadOnlyList<string>? DnsNames { get; init; }

    /// <summary>SAN iPAddress entries in text form; default those of the current version.</summary>
    public IReadOnlyList<string>? IpAddresses { get; init; }

    /// <summary>Key; default RSA of 2048 bits.</summary>
    public NewKeyShape? Key { get; init; }

    /// <summary>How long the self-signed certificate is valid, 1d to 3650d; default 365d.</summary>
    public string? ValidFor { get; init; }
}

/// <summary>Distinguished name by its members (RFC 5280, 4.1.2.6); absent members stay out of it.</summary>
public sealed record SubjectShape
{
    /// <summary>CN.</summary>
    public string? CommonName { get; init; }

    /// <summary>O.</summary>
    public string? Organization { get; init; }

    /// <summary>OU.</summary>
    public string? OrganizationalUnit { get; init; }

    /// <summary>L.</summary>
    public string? Locality { get; init; }

    /// <summary>ST.</summary>
    public string? State { get; init; }

    /// <summary>C, two letters.</summary>
    public string? Country { get; init; }
}

/// <summary>Kind of a key to be made.</summary>
public sealed record NewKeyShape
{
    /// <summary>Family of the key to make; size or curve go with it.</summary>
    public required NewKeyAlgorithm Algorithm { get; init; }

    /// <summary>Size of an RSA key: 2048 (default), 3072, 4096.</summary>
    public int? Size { get; init; }

    /// <summary>Curve of an EC key: p-256 (default), p-384 or p-521.</summary>
    public string? Curve { get; init; }
}

/// <summary>Something to import or to inspect; every part may be any container.</summary>
public sealed record CertificateImport
{
    /// <summary>The container in base64, or PEM text as it stands.</summary>
    public required string Data { get; init; }

    /// <summary>Format that the data must have: pem, der, pkcs7, pkcs12; absent = detected.</summary>
    public string? Format { get; init; }

    /// <summary>Password of the container. Never kept.</summary>
    public string? Password { get; init; }

    /// <summary>The private key, when it is not in the data; base64 or PEM text.</summary>
    public string? PrivateKey { get; init; }

    /// <summary>Password of the private key. Never kept.</summary>
    public string? PrivateKeyPassword { get; init; }

    /// <summary>Further certificates, each base64 or PEM text.</summary>
    public IReadOnlyList<string>? Certificates { get; init; }

    /// <summary>Digest of the public key to take when there are several.</summary>
    public string? Select { get; init; }
}

/// <summary>A signed certificate as JSON.</summary>
public sealed record SignedCertificateUpload
{
    /// <summary>PEM text, or DER, PKCS#7 or PKCS#12 in base64.</summary>
    public required string Data { get; init; }

    /// <summary>Password of a PKCS#12. Never kept.</summary>
    public string? Password { get; init; }

    /// <summary>Further certificates, each PEM text or base64.</summary>
    public IReadOnlyList<string>? Intermediates { get; init; }
}

/// <summary>Asks for an export with the private key.</summary>
public sealed record CertificateExport
{
    /// <summary>Password of the PKCS#12, 1 to 1,024 characters. Never kept.</summary>
    public required string Password { get; init; }

    /// <summary>Algorithms; default modern.</summary>
    public ExportProfile? Profile { get; init; }
}

/// <summary>Opens a signing request for a renewal; absent members are those of the current version.</summary>
public sealed record SigningRequestOpen
{
    /// <summary>Which key; default new.</summary>
    public RenewalKey? Key { get; init; }

    /// <summary>Kind of a new key; default that of the current version.</summary>
    public NewKeyShape? NewKey { get; init; }

    /// <summary>Distinguished name of the request; default that of the current version.</summary>
    public SubjectShape? Subject { get; init; }

    /// <summary>Host names.</summary>
    public IReadOnlyList<string>? DnsNames { get; init; }

    /// <summary>SAN iPAddress entries in text form; default those of the current version.</summary>
    public IReadOnlyList<string>? IpAddresses { get; init; }
}

/// <summary>A key and a request (PKCS#10, RFC 2986) that wait for a signed certificate.</summary>
public sealed record SigningRequestShape
{
    /// <summary>Immutable id; absent in a dry run.</summary>
    public Guid? Id { get; init; }

    /// <summary>The certificate that the signed one becomes a version of.</summary>
    public required string Certificate { get; init; }

    /// <summary><c>cluster</c>, <c>group:NAME</c> or <c>machine:NAME</c>: where the signed certificate will be defined.</summary>
    public required string Level { get; init; }

    /// <summary>Distinguished name of the request; default that of the current version.</summary>
    public required string Subject { get; init; }

    /// <summary>Asked host names.</summary>
    public required IReadOnlyList<string> DnsNames { get; init; }

    /// <summary>SAN iPAddress entries in text form; default those of the current version.</summary>
    public required IReadOnlyList<string> IpAddresses { get; init; }

    /// <summary>SHA-256 of the SubjectPublicKeyInfo, lower-case hex; absent in a dry run.</summary>
    public string? PublicKeySha256 { get; init; }

    /// <summary>Whether it still takes a signed certificate, and if not, why.</summary>
    public required SigningRequestState State { get; init; }

    /// <summary>What to do, when its key is marked compromised.</summary>
    public string? Hint { get; init; }

    /// <summary>The request as PEM; absent in a dry run.</summary>
    public string? Pem { get; init; }

    /// <summary>When it was made; absent in a dry run.</summary>
    public DateTimeOffset? CreatedAt { get; init; }
}

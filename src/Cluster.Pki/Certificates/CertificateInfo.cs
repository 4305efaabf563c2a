using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Cluster.Pki.Keys;

namespace Cluster.Pki.Certificates;

/// <summary>A certificate (RFC 5280), read once; everything else works on these facts.</summary>
public sealed class CertificateInfo : IEquatable<CertificateInfo>
{
    private SignatureVerdict signature = new("", Good: false);
    private SignatureVerdict? own;
    private string? subjectForm;
    private string? issuerForm;

    internal CertificateInfo(byte[] der, CertificateParts parts) =>
        (Der, Sha256, Parts) = (der, Convert.ToHexStringLower(SHA256.HashData(der)), parts);

    /// <summary>The whole certificate, signature included, as DER (X.690).</summary>
    public ReadOnlyMemory<byte> Der { get; }

    /// <summary>SHA-256 of the DER, lower-case hex.</summary>
    public string Sha256 { get; }

    /// <summary>Version of the format: 3, or 1 for old ones that have no extensions; 0 when it cannot be told.</summary>
    public required int Version { get; init; }

    /// <summary>Subject as text, most specific part first, for example <c>CN=mx.example.org, O=Example</c>.</summary>
    public required string Subject { get; init; }

    /// <summary>The parts of the subject that requests carry.</summary>
    public required SubjectName SubjectName { get; init; }

    /// <summary>Issuer as text.</summary>
    public required string Issuer { get; init; }

    /// <summary>Serial number, lower-case hex without leading zeros beyond whole bytes.</summary>
    public required string SerialNumber { get; init; }

    /// <summary>SAN dNSName entries as they stand.</summary>
    public required IReadOnlyList<string> DnsNames { get; init; }

    /// <summary>SAN iPAddress entries.</summary>
    public required IReadOnlyList<IPAddress> IpAddresses { get; init; }

    /// <summary>SAN uniformResourceIdentifier entries.</summary>
    public required IReadOnlyList<string> Uris { get; init; }

    /// <summary>Whether there is a subjectAltName extension at all.</summary>
    public required bool HasSubjectAlternativeName { get; init; }

    /// <summary>First instant of the validity.</summary>
    public required DateTimeOffset NotBefore { get; init; }

    /// <summary>Last instant of the validity.</summary>
    public required DateTimeOffset NotAfter { get; init; }

    /// <summary>Subject public key info, parsed (RFC 5280, 4.1.2.7).</summary>
    public required PublicKeyMaterial PublicKey { get; init; }

    /// <summary>Family of the public key.</summary>
    public KeyAlgorithm KeyAlgorithm => PublicKey.Algorithm;

    /// <summary>Size of the public key in bits.</summary>
    public int KeySize => PublicKey.Size;

    /// <summary>SHA-256 of the SubjectPublicKeyInfo, lower-case hex.</summary>
    public string PublicKeySha256 => PublicKey.Sha256;

    /// <summary>Object identifier of the signature algorithm.</summary>
    public required string SignatureAlgorithmOid { get; init; }

    /// <summary>Name of the signature algorithm, for example <c>sha256WithRSAEncryption</c>.</summary>
    public required string SignatureAlgorithm { get; init; }

    /// <summary>Whether basicConstraints says CA:TRUE.</summary>
    public required bool IsCa { get; init; }

    /// <summary>pathLenConstraint, or null without one.</summary>
    public required int? PathLength { get; init; }

    /// <summary>keyUsage, or null without the extension.</summary>
    public required X509KeyUsageFlags? KeyUsage { get; init; }

    /// <summary>Object identifiers of extendedKeyUsage, or null without the extension.</summary>
    public required IReadOnlyList<string>? ExtendedKeyUsage { get; init; }

    /// <summary>Subject key identifier, lower-case hex, or null.</summary>
    public required string? SubjectKeyIdentifier { get; init; }

    /// <summary>Authority key identifier, lower-case hex, or null.</summary>
    public required string? AuthorityKeyIdentifier { get; init; }

    /// <summary>Where the issuer's certificate is said to be (authorityInfoAccess caIssuers); never fetched here.</summary>
    public required IReadOnlyList<string> CaIssuerUrls { get; init; }

    internal CertificateParts Parts { get; }

    /// <summary>The subject as names are compared (RFC 5280, 7.1).</summary>
    internal string SubjectForm => subjectForm ??= NameForm.Of(Parts.Subject);

    /// <summary>The issuer as names are compared (RFC 5280, 7.1).</summary>
    internal string IssuerForm => issuerForm ??= NameForm.Of(Parts.Issuer);

    internal bool HasNameConstraints { get; init; }

    /// <summary>Whether its subjectAltName is marked critical.</summary>
    internal bool SubjectAlternativeNameIsCritical { get; init; }

    /// <summary>Whether it holds any alternative name, of whatever kind.</summary>
    internal bool HasAnyAlternativeName { get; init; }

    /// <summary>What is not as RFC 5280 says; empty for nearly all certificates.</summary>
    internal IReadOnlyList<CertificateDefect> Defects { get; set; } = [];

    /// <summary>Whether extensions are there, whatever the version says; RFC 5280, 4.1, allows them in version 3 only.</summary>
    internal bool HasExtensions { get; init; }

    /// <summary>Whether subject and issuer are the same name (RFC 5280, 7.1).</summary>
    public bool IsSelfIssued => NamesIssuer(this);

    /// <summary>Whether it is signed by its own key.</summary>
    public bool IsSelfSigned =>
        IsSelfIssued && (own ??= new SignatureVerdict(PublicKeySha256, CertificateSignatures.IsSignedBy(this, PublicKey))).Good;

    /// <summary>
    /// Whether it can be trusted as an authority: CA:TRUE, or self-signed in version 1, which has no extensions to say so. RFC
    /// 5280 leaves anchors to the verifier (6.1.1, 6.1.4 k); OpenSSL, Postfix with it, and GnuTLS take such a root, and no other
    /// certificate without CA:TRUE.
    /// </summary>
    public bool IsAuthority => IsCa || (Version == 1 && !HasExtensions && IsSelfSigned);

    /// <summary>Reads one DER certificate.</summary>
    /// <returns>Null when the bytes are none, or more follows them.</returns>
    public static CertificateInfo? TryRead(ReadOnlySpan<byte> der) => CertificateDecoder.TryDecode(der, out _);

    /// <summary>Reads the first certificate of a PEM text.</summary>
    /// <returns>Null when there is none.</returns>
    public static CertificateInfo? TryReadPem(ReadOnlySpan<char> pem) =>
        PemEncoding.TryFind(pem, out var fields) && pem[fields.Label].SequenceEqual("CERTIFICATE")
            ? TryRead(Convert.FromBase64String(pem[fields.Base64Data].ToString()))
            : null;

    /// <summary>Whether the issuer's name fits and its key made the signature.</summary>
    public bool IsIssuedBy(CertificateInfo issuer) =>
        NamesIssuer(issuer) && IsSignedBy(issuer.PublicKey);

    /// <summary>Whether the subject of the other is the name of the issuer; the signature is not looked at.</summary>
    internal bool NamesIssuer(CertificateInfo issuer) =>
        Parts.Issuer.Span.SequenceEqual(issuer.Parts.Subject.Span)
            || string.Equals(IssuerForm, issuer.SubjectForm, StringComparison.Ordinal);

    /// <summary>Returns the certificate as PEM, with a final line feed.</summary>
    public string ToPem() => PemEncoding.WriteString("CERTIFICATE", Der.Span) + "\n";

    /// <summary>Returns the platform's own type; the caller disposes it.</summary>
    public X509Certificate2 ToX509Certificate2() => X509CertificateLoader.LoadCertificate(Der.Span);

    /// <summary>Takes it as signed by its own key, which does not exist.</summary>
    internal CertificateInfo AsSelfSigned()
    {
        own = signature = new SignatureVerdict(PublicKeySha256, Good: true);
        return this;
    }

    private bool IsSignedBy(PublicKeyMaterial key)
    {
        // Rules and chains ask this often for the same pair; both answers hold for ever.
        var (known, answer) = signature;
        if (string.Equals(known, key.Sha256, StringComparison.Ordinal)) return answer;
        answer = CertificateSignatures.IsSignedBy(this, key);
        signature = new SignatureVerdict(key.Sha256, answer);
        return answer;
    }

    private sealed record SignatureVerdict(string Key, bool Good);

    /// <inheritdoc/>
    public bool Equals(CertificateInfo? other) => other is not null && string.Equals(Sha256, other.Sha256, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as CertificateInfo);

    /// <inheritdoc/>
    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Sha256);

    /// <summary>Subject and digest.</summary>
    public override string ToString() => $"{Subject} ({Sha256})";
}

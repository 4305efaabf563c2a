using System.Net;
using System.Security.Cryptography;
using Cluster.Pki.Certificates;
using Cluster.Pki.Keys;

namespace Cluster.Pki.Requests;

/// <summary>A certification request (PKCS#10, RFC 2986) whose signature proved possession of its key.</summary>
public sealed record SigningRequestInfo
{
    /// <summary>The whole request, signature included, as DER (RFC 2986).</summary>
    public required ReadOnlyMemory<byte> Der { get; init; }

    /// <summary>Subject as text.</summary>
    public required string Subject { get; init; }

    /// <summary>Parts of the subject.</summary>
    public required SubjectName SubjectName { get; init; }

    /// <summary>Asked SAN dNSName entries.</summary>
    public required IReadOnlyList<string> DnsNames { get; init; }

    /// <summary>Asked SAN iPAddress entries.</summary>
    public required IReadOnlyList<IPAddress> IpAddresses { get; init; }

    /// <summary>Key that the request asks to certify; its signature was checked with it.</summary>
    public required PublicKeyMaterial PublicKey { get; init; }

    /// <summary>Name of the algorithm of its own signature, for example <c>sha256WithRSAEncryption</c>.</summary>
    public required string SignatureAlgorithm { get; init; }

    /// <summary>Whether it asks for any alternative name, of whatever kind.</summary>
    internal bool HasAnyAlternativeName { get; init; }

    /// <summary>Whether it asks for CA:TRUE.</summary>
    internal bool AsksForAuthority { get; init; }

    /// <summary>Whether it carries a challengePassword (RFC 2985, 5.4.1).</summary>
    internal bool HasChallengePassword { get; init; }

    /// <summary>Returns the request as PEM, label <c>CERTIFICATE REQUEST</c>, with a final line feed.</summary>
    public string ToPem() => PemEncoding.WriteString("CERTIFICATE REQUEST", Der.Span) + "\n";
}

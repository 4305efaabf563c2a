using Cluster.Pki.Requests;

namespace Cluster.Pki.Findings.Requests.Rules;

/// <summary>The proof of possession is signed with a broken digest.</summary>
internal sealed class RequestWeakSignature : IRequestRule
{
    public string Code => "request-weak-signature";

    public string Reference => "CA/B Forum BR, 7.1.3; RFC 9155";

    public IEnumerable<CertificateFinding> Check(SigningRequestInfo request)
    {
        var name = request.SignatureAlgorithm;
        if (name.Contains("sha1", StringComparison.OrdinalIgnoreCase) || name.StartsWith("md", StringComparison.Ordinal))
            yield return new(
                Code,
                PkiSeverity.Warning,
                $"The request '{request.Subject}' is signed with {name}; authorities refuse that.",
                "Make the request again with SHA-256; the key can stay.");
    }
}

using Cluster.Pki.Requests;

namespace Cluster.Pki.Findings.Requests.Rules;

/// <summary>The key is too short or of a kind that authorities do not certify.</summary>
internal sealed class RequestWeakKey : IRequestRule
{
    public string Code => "request-weak-key";

    public string Reference => "CA/B Forum BR, 6.1.5; NIST SP 800-57";

    public IEnumerable<CertificateFinding> Check(SigningRequestInfo request)
    {
        if (WeakKeys.IsWeak(request.PublicKey))
            yield return new(
                Code,
                PkiSeverity.Warning,
                $"The request '{request.Subject}' has a key of {request.PublicKey.Algorithm} with {request.PublicKey.Size} bits; "
                    + "that is too weak, and authorities do not certify it.",
                "Make a new key, RSA of at least 2048 bits or EC P-256, and a request for that.");
    }
}

using Cluster.Pki.Requests;

namespace Cluster.Pki.Findings.Requests.Rules;

/// <summary>The request asks for a certificate of an authority.</summary>
internal sealed class RequestForAuthority : IRequestRule
{
    public string Code => "request-for-authority";

    public string Reference => "RFC 5280, 4.2.1.9; CA/B Forum BR, 7.1.2.7";

    public IEnumerable<CertificateFinding> Check(SigningRequestInfo request)
    {
        if (request.AsksForAuthority)
            yield return new(
                Code,
                PkiSeverity.Warning,
                $"The request '{request.Subject}' asks for CA:TRUE (basicConstraints): for an authority, not for a host.",
                "Make the request again without basicConstraints, or with CA:FALSE.");
    }
}

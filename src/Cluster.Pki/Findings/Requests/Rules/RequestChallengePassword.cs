using Cluster.Pki.Requests;

namespace Cluster.Pki.Findings.Requests.Rules;

/// <summary>The request carries a password in clear.</summary>
internal sealed class RequestChallengePassword : IRequestRule
{
    public string Code => "request-challenge-password";

    public string Reference => "RFC 2985, 5.4.1";

    public IEnumerable<CertificateFinding> Check(SigningRequestInfo request)
    {
        if (request.HasChallengePassword)
            yield return new(
                Code,
                PkiSeverity.Info,
                $"The request '{request.Subject}' carries a challenge password in clear text, for everybody to read who gets the request.",
                "Leave it out unless the authority asks for it, and do not use this password elsewhere.");
    }
}

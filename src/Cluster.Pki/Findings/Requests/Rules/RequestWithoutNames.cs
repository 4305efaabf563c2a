using Cluster.Pki.Requests;

namespace Cluster.Pki.Findings.Requests.Rules;

/// <summary>The request asks for no subjectAltName, where peers look for the host.</summary>
internal sealed class RequestWithoutNames : IRequestRule
{
    public string Code => "request-without-names";

    public string Reference => "RFC 9525, 2; CA/B Forum BR, 7.1.2.7";

    public IEnumerable<CertificateFinding> Check(SigningRequestInfo request)
    {
        if (!request.HasAnyAlternativeName)
            yield return new(
                Code,
                PkiSeverity.Warning,
                $"The request '{request.Subject}' asks for no subjectAltName; peers look for the host there and nowhere else.",
                "Make the request again with the host names as subjectAltName, or have the authority add them.");
    }
}

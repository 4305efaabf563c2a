using Cluster.Pki.Certificates;

namespace Cluster.Pki.Findings.Rules;

/// <summary>The certificate asks its server to staple an OCSP answer, which the software that serves it does not do.</summary>
internal sealed class MustStapleUnserved : ICertificateRule
{
    public string Code => "must-staple";

    public string Reference => "RFC 7633, 4.2.3; RFC 6066, 8";

    public IEnumerable<CertificateFinding> Check(FindingContext context)
    {
        if (context.Role == BindingRole.Client || !context.Certificate.MustStaple()) yield break;
        yield return new(
            Code,
            context.Role == BindingRole.Server ? PkiSeverity.Warning : PkiSeverity.Info,
            "It asks for an OCSP answer in the handshake (must-staple). Postfix and OpenLDAP never send one, and nginx does only where its "
                + "own configuration says so (ssl_stapling): peers that heed it, such as GnuTLS and Firefox, refuse the connection.",
            "Have a certificate issued without the TLS feature status_request.");
    }
}

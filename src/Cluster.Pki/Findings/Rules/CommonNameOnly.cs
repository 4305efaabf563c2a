namespace Cluster.Pki.Findings.Rules;

/// <summary>The certificate names its host only in the CN.</summary>
internal sealed class CommonNameOnly : ICertificateRule
{
    public string Code => "common-name-only";

    public string Reference => "RFC 9525, 2";

    public IEnumerable<CertificateFinding> Check(FindingContext context)
    {
        if (context.Role == BindingRole.Client || context.Certificate.IsCa || context.Certificate.HasSubjectAlternativeName) yield break;
        yield return new(
            Code,
            PkiSeverity.Warning,
            $"There is no subjectAltName; the name stands only in the CN '{context.Certificate.SubjectName.CommonName}'. Peers that "
                + "follow RFC 9525 refuse it; OpenSSL and Postfix still accept it.",
            "Have a certificate issued with its names as SAN.");
    }
}

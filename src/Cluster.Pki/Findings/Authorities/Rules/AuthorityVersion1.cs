namespace Cluster.Pki.Findings.Authorities.Rules;

/// <summary>A root of version 1: nothing in it says that it is an authority, and nothing limits it.</summary>
internal sealed class AuthorityVersion1 : IAuthorityRule
{
    public string Code => "authority-version-1";

    public string Reference => "RFC 5280, 4.2.1.9 and 6.1.4 (k)";

    public IEnumerable<CertificateFinding> Check(AuthorityContext context)
    {
        if (context.Certificate is not { Version: 1 } certificate || !context.Budget.IsSelfSigned(certificate)) yield break;
        yield return new(
            Code,
            PkiSeverity.Warning,
            $"'{certificate.Subject}' is a certificate of version 1: it cannot say that it is an authority, nor what it may issue, and "
                + "whoever has its key can issue for every name. OpenSSL, Postfix with it, and GnuTLS take it as a root; strict "
                + "verifiers (openssl verify -x509_strict) refuse what it issued.",
            "Trust it only if it is a root of an authority, never a server's own certificate; ask the authority for a root of version 3.");
    }
}

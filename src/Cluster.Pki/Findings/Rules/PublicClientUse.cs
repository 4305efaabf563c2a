using Cluster.Pki.Certificates;
using Cluster.Pki.Renewals;

namespace Cluster.Pki.Findings.Rules;

/// <summary>A certificate of a public authority is presented to others, which its successor cannot be.</summary>
internal sealed class PublicClientUse : ICertificateRule
{
    public string Code => "public-client-use-ends";

    public string Reference => "CA/B Forum BR, 7.1.2.7.10; Chrome Root Program Policy, 3.2; RFC 5280, 4.2.1.12";

    public IEnumerable<CertificateFinding> Check(FindingContext context)
    {
        if (context.Role != BindingRole.Client || context.Demo || context.Trust is not { } trust) yield break;
        // What does not allow it today is an error already.
        if (!KeyPurposes.Names(context.Certificate, Oids.ClientAuth)) yield break;
        var top = new ServedCertificate(context.Certificate, context.Intermediates).Top(trust, context.Budget);
        if (!trust.IsPublic(top)) yield break;
        yield return new(
            Code,
            PkiSeverity.Warning,
            $"The public authority '{top.Subject}' vouches for this client certificate, and its successor will not do: public "
                + "intermediates certify only servers since 2026-06-15, and public certificates allow clientAuth until 2027-03-15 at the "
                + $"latest. This one is valid until {context.Certificate.NotAfter:u}.",
            "Before then, have a certificate for clients issued by a private authority that the servers trust, and bind it as a "
                + "certificate of its own for outgoing connections; or bind none, where the servers ask for none.");
    }
}

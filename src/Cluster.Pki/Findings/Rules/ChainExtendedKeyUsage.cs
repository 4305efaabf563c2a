using Cluster.Pki.Chains;

namespace Cluster.Pki.Findings.Rules;

/// <summary>The extended key usage of an authority excludes what the binding does.</summary>
internal sealed class ChainExtendedKeyUsage : IChainRule
{
    public string Code => "chain-extended-key-usage";

    public string Reference => "RFC 5280, 4.2.1.12";

    public ChainProblem? Judge(JudgedPath path, FindingContext context)
    {
        for (var i = 1; i < path.Certificates.Count; i++)
        {
            var issuer = path.Certificates[i];
            if (issuer.ExtendedKeyUsage is not { } usages || Missing(usages, context.Role) is not { } missing) continue;
            return new($"The extendedKeyUsage of '{issuer.Subject}' does not name {missing}; {Who(path, i, usages)}.", Hint(context.Role));
        }

        return null;
    }

    // Nothing is bound yet: what suits neither end of TLS is told, what suits one of them is not.
    private static string? Missing(IReadOnlyList<string> usages, BindingRole role) => role switch
    {
        BindingRole.Server => usages.Contains(Oids.ServerAuth) ? null : "serverAuth",
        BindingRole.Client => usages.Contains(Oids.ClientAuth) ? null : "clientAuth",
        _ => usages.Contains(Oids.ServerAuth) || usages.Contains(Oids.ClientAuth) ? null : "serverAuth or clientAuth",
    };

    private static string Who(JudgedPath path, int index, IReadOnlyList<string> usages)
    {
        var root = path.Ends && index == path.Certificates.Count - 1;
        if (root) return "OpenSSL and Postfix with it refuse the chain; GnuTLS and Java do not look at this of a root";
        return usages.Contains(Oids.AnyExtendedKeyUsage)
            ? "it names anyExtendedKeyUsage, by which Go and Java take it, but OpenSSL, Postfix with it, and GnuTLS refuse the chain"
            : "OpenSSL, Postfix with it, GnuTLS and Go refuse the chain; Java looks at the leaf only";
    }

    private static string Hint(BindingRole role) => role == BindingRole.Client
        ? "Public authorities no longer issue for clients. Use a certificate of a private authority for outgoing connections, or none."
        : "Ask the authority for a chain whose intermediates are meant for TLS, or bind another certificate.";
}

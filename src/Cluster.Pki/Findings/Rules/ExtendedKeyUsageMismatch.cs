namespace Cluster.Pki.Findings.Rules;

/// <summary>extendedKeyUsage forbids what the binding does.</summary>
internal sealed class ExtendedKeyUsageMismatch : ICertificateRule
{
    public string Code => "extended-key-usage";

    public string Reference => "RFC 5280, 4.2.1.12";

    public IEnumerable<CertificateFinding> Check(FindingContext context)
    {
        if (context.Role == BindingRole.None || context.Certificate.ExtendedKeyUsage is not { } usages) yield break;
        var needed = context.Role == BindingRole.Server ? Oids.ServerAuth : Oids.ClientAuth;
        if (usages.Contains(needed)) yield break;
        var name = context.Role == BindingRole.Server ? "serverAuth" : "clientAuth";
        if (usages.Contains(Oids.AnyExtendedKeyUsage))
        {
            yield return new(
                Code,
                PkiSeverity.Warning,
                $"extendedKeyUsage names anyExtendedKeyUsage and not {name}: OpenSSL, and Postfix with it, refuse that in this place. "
                    + "GnuTLS and Java take it.",
                $"Have a certificate issued with {name}.");
            yield break;
        }

        yield return new(
            Code,
            PkiSeverity.Error,
            $"extendedKeyUsage does not name {name}, so peers refuse it in this place.",
            $"Have a certificate issued with {name}, or bind another one.");
    }
}

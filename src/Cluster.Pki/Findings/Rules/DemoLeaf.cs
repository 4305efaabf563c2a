namespace Cluster.Pki.Findings.Rules;

/// <summary>The built-in demo certificate is in use.</summary>
internal sealed class DemoLeaf : ICertificateRule
{
    public string Code => "demo-certificate";

    public string Reference => "CA/B Forum BR, 7.1.2";

    public IEnumerable<CertificateFinding> Check(FindingContext context)
    {
        if (context.Demo)
            yield return new(
                Code,
                context.Public || context.Role != BindingRole.None ? PkiSeverity.Warning : PkiSeverity.Info,
                "This is the built-in demo certificate; peers cannot verify it.",
                "Create or import a certificate of your own and bind that.");
    }
}

using Cluster.Pki.Chains;

namespace Cluster.Pki.Findings.Rules;

/// <summary>The issuer is there by name, and its key did not make the signature.</summary>
internal sealed class ChainSignature : IChainRule
{
    public string Code => "chain-signature";

    public string Reference => "RFC 5280, 6.1.3 (a)(1)";

    public ChainProblem? Judge(JudgedPath path, FindingContext context) => path.Forged is { } issuer
        ? new(
            $"The signature of '{path.Certificates[^1].Subject}' was not made by the key of '{issuer.Subject}', which it names as its "
                + "issuer; all peers refuse the chain.",
            "Upload the files again as the authority sent them; if that does not help, ask the authority for the right intermediate.")
        : null;
}

using Cluster.Pki.Chains;

namespace Cluster.Pki.Findings.Rules;

/// <summary>No trusted authority vouches for the chain.</summary>
internal sealed class UntrustedChain : ICertificateRule
{
    public string Code => "untrusted-chain";

    public string Reference => "RFC 5280, 6";

    public IEnumerable<CertificateFinding> Check(FindingContext context)
    {
        if (context.Trust is not { } trust || context.Demo || context.Budget.IsSelfSigned(context.Certificate)) yield break;
        var verdict = ChainValidation.Validate(context.Certificate, context.Intermediates, trust, context.Now, context.Budget);
        // What else is wrong with a chain that does lead to an authority, or was forged, has findings of its own.
        if (verdict.Problem is { Code: ChainValidation.Untrusted } problem && context.Path.Value.Forged is null)
            yield return new(Code, PkiSeverity.Warning, problem.Message, problem.Hint);
    }
}

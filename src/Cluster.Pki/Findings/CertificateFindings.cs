using Cluster.Pki.Findings.Rules;

namespace Cluster.Pki.Findings;

/// <summary>Evaluates all rules.</summary>
public static class CertificateFindings
{
    private static readonly ICertificateRule[] Rules =
    [
        new Expired(),
        new ExpiresSoon(),
        new ExpiresWhileDeployed(),
        new NotYetValid(),
        new SelfSignedLeaf(),
        new DemoLeaf(),
        new NameMismatch(),
        new CommonNameOnly(),
        new PartialWildcard(),
        new WideWildcard(),
        new NameThatMatchesNothing(),
        new CommonNameNotInSan(),
        new WeakKey(),
        new UncommonKey(),
        new WeakSignature(),
        new MissingChainCertificate(),
        new CompletedChain(),
        new ExtraChainCertificate(),
        new DuplicateChainCertificate(),
        new MisorderedChain(),
        new KeyUsageMismatch(),
        new ExtendedKeyUsageMismatch(),
        new UsageWithoutBinding(),
        new PublicClientUse(),
        new MustStapleUnserved(),
        new AuthorityAsLeaf(),
        new LifetimeTooLong(),
        new KeyMismatch(),
        new UntrustedChain(),
        new ChainOutsideValidity(),
    ];

    /// <summary>Code and source of every rule, for documentation and for checking what may be muted.</summary>
    public static IReadOnlyDictionary<string, string> References { get; } =
        Rules.ToDictionary(r => r.Code, r => r.Reference, StringComparer.Ordinal);

    /// <summary>Evaluates every rule and returns all findings, errors first, then by code.</summary>
    public static IReadOnlyList<CertificateFinding> Evaluate(FindingContext context) =>
        [.. Rules.SelectMany(r => r.Check(context)).OrderBy(f => f.Severity).ThenBy(f => f.Code, StringComparer.Ordinal)];
}

using Cluster.Pki.Chains;
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
        new ChainSignature(),
        new ChainNotAnAuthority(),
        new ChainPathLength(),
        new ChainExtendedKeyUsage(),
        new ChainAuthorityKey(),
        new ChainCriticalExtension(),
        new ChainNameForm(),
        new ChainNameConstraints(),
        new NotJudged(),
        new MalformedCertificate(),
    ];

    private static readonly IChainRule[] ChainRules = [.. Rules.OfType<IChainRule>()];

    /// <summary>Code and source of every rule, for documentation and for checking what may be muted.</summary>
    public static IReadOnlyDictionary<string, string> References { get; } =
        Rules.ToDictionary(r => r.Code, r => r.Reference, StringComparer.Ordinal);

    /// <summary>
    /// Evaluates every rule and returns all findings, errors first, then by code. It throws for no certificate: what a rule stumbles
    /// over is a finding.
    /// </summary>
    /// <exception cref="OperationCanceledException">Nobody waits any more, as the context's budget says.</exception>
    public static IReadOnlyList<CertificateFinding> Evaluate(FindingContext context) => Evaluate(context, Rules);

    /// <summary>What is said of a certificate whose bytes, or those of its chain, cannot be read.</summary>
    /// <param name="what">What cannot be read, as the beginning of a sentence.</param>
    public static CertificateFinding Unreadable(string what) => NotJudged.Unreadable(what);

    internal static IReadOnlyList<CertificateFinding> Evaluate(FindingContext context, IEnumerable<ICertificateRule> rules)
    {
        var bounded = context with { Budget = context.Budget.Part() };
        var judged = bounded with { Path = new Lazy<JudgedPath>(() => JudgedPath.Of(bounded, ChainRules), isThreadSafe: false) };
        return RuleRun.Of(rules.Select(r => (r.Code, (Func<IEnumerable<CertificateFinding>>)(() => r.Check(judged)))), judged.Budget);
    }
}

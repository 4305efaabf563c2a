using Cluster.Pki.Findings.Authorities.Rules;

namespace Cluster.Pki.Findings.Authorities;

/// <summary>Evaluates all rules about trusted authorities.</summary>
public static class AuthorityFindings
{
    private static readonly IAuthorityRule[] Rules =
    [
        new AuthorityExpired(),
        new AuthorityExpiresSoon(),
        new AuthorityNotYetValid(),
        new AuthorityRootMissing(),
        new AuthorityDuplicate(),
        new AuthorityKeyUsage(),
        new AuthorityWeakKey(),
        new AuthorityVersion1(),
    ];

    /// <summary>Code and source of every rule.</summary>
    public static IReadOnlyDictionary<string, string> References { get; } =
        Rules.ToDictionary(r => r.Code, r => r.Reference, StringComparer.Ordinal);

    /// <summary>Evaluates every rule and returns all findings, by code; what a rule stumbles over is a finding.</summary>
    /// <exception cref="OperationCanceledException">Nobody waits any more, as the context's budget says.</exception>
    public static IReadOnlyList<CertificateFinding> Evaluate(AuthorityContext context)
    {
        var judged = context with { Budget = context.Budget.Part() };
        return RuleRun.Of(Rules.Select(r => (r.Code, (Func<IEnumerable<CertificateFinding>>)(() => r.Check(judged)))), judged.Budget);
    }
}

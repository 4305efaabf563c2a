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

    /// <summary>Evaluates every rule and returns all findings, by code.</summary>
    public static IReadOnlyList<CertificateFinding> Evaluate(AuthorityContext context) =>
        [.. Rules.SelectMany(r => r.Check(context)).OrderBy(f => f.Severity).ThenBy(f => f.Code, StringComparer.Ordinal)];
}

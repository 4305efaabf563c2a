using Cluster.Pki.Findings.Requests.Rules;
using Cluster.Pki.Requests;

namespace Cluster.Pki.Findings.Requests;

/// <summary>Evaluates all rules about signing requests, before an authority does.</summary>
public static class RequestFindings
{
    private static readonly IRequestRule[] Rules =
    [
        new RequestWeakKey(),
        new RequestWeakSignature(),
        new RequestWithoutNames(),
        new RequestForAuthority(),
        new RequestChallengePassword(),
    ];

    /// <summary>Code and source of every rule.</summary>
    public static IReadOnlyDictionary<string, string> References { get; } =
        Rules.ToDictionary(r => r.Code, r => r.Reference, StringComparer.Ordinal);

    /// <summary>Evaluates every rule and returns all findings, by severity and code.</summary>
    public static IReadOnlyList<CertificateFinding> Evaluate(SigningRequestInfo request) =>
        [.. Rules.SelectMany(r => r.Check(request)).OrderBy(f => f.Severity).ThenBy(f => f.Code, StringComparer.Ordinal)];
}

using Cluster.Pki.Chains;

namespace Cluster.Pki.Findings;

/// <summary>One rule about a chain as a whole: what an authority may do, and how its certificates hang together.</summary>
internal interface IChainRule : ICertificateRule
{
    /// <summary>Judges a path, which may not be the one that is reported.</summary>
    /// <returns>Null when nothing is wrong with it.</returns>
    ChainProblem? Judge(JudgedPath path, FindingContext context);

    IEnumerable<CertificateFinding> ICertificateRule.Check(FindingContext context) =>
        Judge(context.Path.Value, context) is { } problem ? [new(Code, PkiSeverity.Warning, problem.Message, problem.Hint)] : [];
}

/// <summary>What is wrong with a path.</summary>
/// <param name="Message">What, where, and who refuses it.</param>
/// <param name="Hint">What to do.</param>
internal sealed record ChainProblem(string Message, string Hint);

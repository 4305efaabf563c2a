using Cluster.Pki.Findings.Rules;

namespace Cluster.Pki.Findings;

/// <summary>
/// Runs rules one after the other. What one of them throws, or does not finish within the budget, becomes a finding; the others
/// go on.
/// </summary>
internal static class RuleRun
{
    // No rule says so much of one certificate that somebody would read it.
    private const int MostFindings = 100;

    /// <summary>Runs rules and returns all findings, errors first, then by code.</summary>
    /// <param name="rules">Code of each rule, and what it says.</param>
    /// <param name="budget">Bounds them.</param>
    public static IReadOnlyList<CertificateFinding> Of(
        IEnumerable<(string Code, Func<IEnumerable<CertificateFinding>> Check)> rules, WorkBudget budget)
    {
        var (found, failures) = (new List<CertificateFinding>(), new List<RuleFailure>());
        foreach (var (code, check) in rules)
        {
            if (Failure(code, check, found, budget) is { } failure) failures.Add(failure);
        }

        if (failures.Count > 0) found.Add(NotJudged.By(failures));
        return [.. found.OrderBy(f => f.Severity).ThenBy(f => f.Code, StringComparer.Ordinal)];
    }

    private static RuleFailure? Failure(
        string code, Func<IEnumerable<CertificateFinding>> check, List<CertificateFinding> found, WorkBudget budget)
    {
        try
        {
            foreach (var finding in check().Take(MostFindings))
            {
                budget.Step();
                found.Add(finding);
            }

            return null;
        }
        catch (WorkExhaustedException)
        {
            return new RuleFailure(code, Cause: null);
        }
        catch (Exception e) when (e is not OutOfMemoryException && !(e is OperationCanceledException && budget.Stopped))
        {
            // Certificates are made by strangers and stored for good: whatever a rule stumbles over, in this code or in a library,
            // must not take the other rules, the other certificates and the whole list with it.
            return new RuleFailure(code, e);
        }
    }
}

/// <summary>A rule that did not come to an end.</summary>
/// <param name="Code">Code of the rule.</param>
/// <param name="Cause">What it threw; null = the budget was used up.</param>
internal sealed record RuleFailure(string Code, Exception? Cause);

using Cluster.Contracts.Problems;

namespace Cluster.Client.Problems;

/// <summary>The manager refused a request, or could not serve it.</summary>
/// <param name="problem">What it answered.</param>
/// <param name="retryAfter">How long it asks to wait; null = it did not say.</param>
public sealed class ProblemException(ProblemShape problem, TimeSpan? retryAfter) : Exception(Describe(problem))
{
    /// <summary>What the manager answered.</summary>
    public ProblemShape Problem { get; } = problem;

    /// <summary>Stable code, one of <see cref="ProblemCodes"/>; empty when something else answered, for example a proxy.</summary>
    public string Code => Problem.Code;

    /// <summary>HTTP status.</summary>
    public int Status => Problem.Status;

    /// <summary>How long the manager asks to wait before the next attempt; null = repeating does not help, or it did not say.</summary>
    public TimeSpan? RetryAfter { get; } = retryAfter;

    private static string Describe(ProblemShape problem)
    {
        var members = string.Concat(problem.Errors.Select(e => $"\n  {e.Pointer}: {e.Detail}"));
        var findings = string.Concat((problem.Findings ?? []).Select(f => $"\n  {f.Kind}/{f.Name}: {f.Message}"));
        return $"{problem.Status} {problem.Code}: {problem.Detail}{members}{findings}";
    }
}

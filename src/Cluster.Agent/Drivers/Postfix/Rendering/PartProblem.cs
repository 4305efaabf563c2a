namespace Cluster.Agent.Drivers.Postfix.Rendering;

/// <summary>Why a part cannot be applied.</summary>
/// <param name="Code"><c>unsupported</c> or <c>invalid-part</c> or a code of a certificate problem.</param>
/// <param name="Message">For people.</param>
internal sealed record PartProblem(string Code, string Message)
{
    /// <summary>This driver, or this host's configuration, cannot express it.</summary>
    public static PartProblem Unsupported(string message) => new("unsupported", message);

    /// <summary>The part contradicts itself.</summary>
    public static PartProblem Invalid(string message) => new("invalid-part", message);

    /// <summary>One failure that tells all problems; its code is that of the first.</summary>
    public static ApplyFailure Failure(IReadOnlyList<PartProblem> problems) =>
        ApplyFailure.Final(problems[0].Code, "validation", string.Join(" ", problems.Select(p => p.Message)));
}

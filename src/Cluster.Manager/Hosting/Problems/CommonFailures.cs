using Cluster.Contracts.Json;
using Cluster.Contracts.Problems;
using Cluster.Domain.Failures;

namespace Cluster.Manager.Hosting.Problems;

/// <summary>Failures that many operations share.</summary>
internal static class CommonFailures
{
    /// <summary>Nothing of that name, or nothing that the caller may see.</summary>
    public static Failure NotFound(string what, string name) =>
        new(
            FailureCategory.NotFound,
            ProblemCodes.NotFound,
            $"There is no {what} named '{Shorten(name)}', or the token has no grant for it.");

    public static Failure NameTaken(string what, string name) =>
        new(FailureCategory.Conflict, ProblemCodes.NameTaken, $"A {what} named '{Shorten(name)}' already exists. Choose another name.");

    /// <summary>The document breaks rules.</summary>
    public static Failure Invalid(params IReadOnlyList<FieldError> errors) =>
        new(FailureCategory.Invalid, ProblemCodes.InvalidDocument, "The body is not valid. Each problem is listed in errors.")
        {
            Errors = errors,
        };

    /// <summary>One member breaks a rule.</summary>
    public static Failure Invalid(string pointer, string code, string detail) => Invalid(new FieldError(pointer, code, detail));

    /// <summary>The member <c>group</c> names no group of the cluster.</summary>
    public static Failure UnknownGroup(string name) => Invalid("/group", FieldErrorCodes.UnknownGroup, $"There is no group '{name}'.");

    /// <summary>A query parameter or header breaks a rule.</summary>
    public static Failure InvalidParameter(string name, string detail) =>
        new(FailureCategory.Invalid, ProblemCodes.InvalidParameter, $"The parameter '{name}' is not valid: {detail}");

    private static string Shorten(string name) => name.Length <= 64 ? name : name[..64] + "…";
}

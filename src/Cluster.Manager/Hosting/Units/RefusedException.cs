using Cluster.Domain.Failures;

namespace Cluster.Manager.Hosting.Units;

/// <summary>
/// Ends a unit of work that must store nothing, with the failure that the caller gets. Thrown only by what runs inside of
/// <see cref="UnitRunner"/>,
/// which alone catches it; everywhere else expected failures are values.
/// </summary>
internal sealed class RefusedException(Failure failure) : Exception(failure.Detail)
{
    /// <summary>What the caller is told.</summary>
    public Failure Failure { get; } = failure;
}

/// <summary>The step from failures as values to the end of a unit of work.</summary>
internal static class OutcomeRefusals
{
    /// <summary>The value; a failure ends the unit.</summary>
    public static T OrRefuse<T>(this Outcome<T> outcome) => outcome.Succeeded ? outcome.Value : throw new RefusedException(outcome.Failure);

    /// <summary>Goes on when there is no failure.</summary>
    public static void OrRefuse(this Failure? failure)
    {
        if (failure is not null) throw new RefusedException(failure);
    }

    /// <summary>Goes on when there are no errors in the body.</summary>
    public static void OrRefuse(this IReadOnlyList<Contracts.Json.FieldError> errors)
    {
        if (errors.Count > 0) throw new RefusedException(Problems.CommonFailures.Invalid(errors));
    }
}

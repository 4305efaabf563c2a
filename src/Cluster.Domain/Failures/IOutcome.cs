namespace Cluster.Domain.Failures;

/// <summary>What a unit of work returns when it may fail as expected, whatever the type of its value.</summary>
public interface IOutcome
{
    /// <summary>The failure; null when there is a value.</summary>
    Failure? Failure { get; }
}

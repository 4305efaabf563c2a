using Cluster.Contracts.Problems;

namespace Cluster.Storage.Units;

/// <summary>The database cannot be used now: expected, mapped to 503 by the host, never a 500.</summary>
/// <param name="message">What is the matter, for people; never a connection string.</param>
/// <param name="inner">What the provider said.</param>
public sealed class DatabaseUnavailableException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Stable code for problem documents.</summary>
    public string Code { get; init; } = ProblemCodes.DatabaseUnavailable;

    /// <summary>True when the connection broke during the commit: it may have taken effect.</summary>
    public bool OutcomeUnknown { get; init; }
}

namespace Cluster.Domain.Failures;

/// <summary>Makes outcomes of interface types, to which nothing converts by itself.</summary>
public static class Outcome
{
    /// <summary>Success with this value.</summary>
    public static Outcome<T> Of<T>(T value) => Outcome<T>.FromValue(value);
}

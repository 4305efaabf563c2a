namespace Cluster.Testing;

/// <summary>
/// How long tests wait before they give up: the only place with deadlines. They bound a test that fails, so they are generous:
/// the whole suite must pass on a machine with two cores and a load of twenty. A test that promises a time of its own measures
/// it, and does not give up earlier.
/// </summary>
public static class Patience
{
    /// <summary>For a state that a running system reaches by itself: a connection, a rollout, a report.</summary>
    public static readonly TimeSpan State = TimeSpan.FromMinutes(5);

    /// <summary>For a program that is run to its end, or that was told to end.</summary>
    public static readonly TimeSpan Exit = TimeSpan.FromMinutes(5);

    /// <summary>For one answer: of REST, of a local socket, of a mail server.</summary>
    public static readonly TimeSpan Answer = TimeSpan.FromMinutes(2);
}

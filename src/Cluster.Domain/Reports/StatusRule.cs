namespace Cluster.Domain.Reports;

/// <summary>Where a status stands in the history of a machine.</summary>
/// <param name="Generation">Identity generation that reported it.</param>
/// <param name="Sequence">Its number within the generation, durable on the host; 0 = the generation has reported nothing.</param>
public readonly record struct StatusPosition(int Generation, long Sequence);

/// <summary>Which status replaces the stored one: only a later one, so that replays and late messages change nothing.</summary>
public static class StatusRule
{
    /// <summary>Whether a reported status replaces the stored one.</summary>
    public static bool Replaces(StatusPosition stored, StatusPosition reported) =>
        reported.Generation > stored.Generation || (reported.Generation == stored.Generation && reported.Sequence > stored.Sequence);
}

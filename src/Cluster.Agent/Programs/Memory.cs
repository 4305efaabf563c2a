namespace Cluster.Agent.Programs;

/// <summary>Memory that the host's own software can use again.</summary>
internal static class Memory
{
    /// <summary>
    /// After work that took several times what the process needs until the next such work, which may be months away: a change, a
    /// connection made.
    /// </summary>
    public static void GiveBack() => GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
}

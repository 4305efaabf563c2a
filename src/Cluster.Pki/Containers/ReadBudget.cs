namespace Cluster.Pki.Containers;

/// <summary>
/// What reading one upload may cost, so that nothing that is sent can keep the process busy: work of about two seconds and a half of a
/// processor of 2020, and 4,000 objects. Work is counted, not measured: the same file is read or refused on every machine. Not for
/// several threads.
/// </summary>
public sealed class ReadBudget
{
    internal const int MaximumDepth = 8;
    private const long Work = 2_500_000_000;
    private const int Objects = 4_000;
    private long work = Work;
    private int objects = Objects;

    /// <summary>Takes work, in nanoseconds by the tables of those who do it; false when the rest does not suffice.</summary>
    internal bool TrySpend(long nanoseconds)
    {
        if (nanoseconds < 0 || nanoseconds > work) return false;
        work -= nanoseconds;
        return true;
    }

    /// <summary>Takes one object; false when there were too many.</summary>
    internal bool TryTakeObject() => --objects >= 0;
}

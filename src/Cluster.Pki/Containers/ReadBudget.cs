namespace Cluster.Pki.Containers;

/// <summary>
/// What reading one upload may cost, so that nothing that is sent can keep the process busy: 3,000,000 iterations of key
/// derivation, 4,000 objects. Not for several threads.
/// </summary>
public sealed class ReadBudget
{
    internal const int MaximumDepth = 8;
    private const long Iterations = 3_000_000;
    private const int Objects = 4_000;
    private long iterations = Iterations;
    private int objects = Objects;

    /// <summary>Takes key derivation work; false when the rest does not suffice.</summary>
    internal bool TrySpend(long iterations)
    {
        if (iterations < 0 || iterations > this.iterations) return false;
        this.iterations -= iterations;
        return true;
    }

    /// <summary>Takes one object; false when there were too many.</summary>
    internal bool TryTakeObject() => --objects >= 0;
}

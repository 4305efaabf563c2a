namespace Cluster.Manager.Tests.Hosting;

/// <summary>The time of a manager under test: real, and moved on by a test in place of waiting. Timers run in real time.</summary>
public sealed class MovableClock : TimeProvider
{
    private long shift;

    /// <summary>How far this clock is from the real one.</summary>
    public TimeSpan Shift => TimeSpan.FromTicks(Interlocked.Read(ref shift));

    /// <summary>Moves the clock on, or back.</summary>
    public void Advance(TimeSpan by) => Interlocked.Add(ref shift, by.Ticks);

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Shift;
}

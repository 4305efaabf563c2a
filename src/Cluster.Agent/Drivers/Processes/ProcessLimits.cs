namespace Cluster.Agent.Drivers.Processes;

/// <summary>What a program may take before it is stopped.</summary>
/// <param name="Time">The longest time.</param>
/// <param name="Output">The most that it may write to standard output, and to standard error, in characters.</param>
internal readonly record struct ProcessLimits(TimeSpan Time, int Output = ProcessLimits.UsualOutput)
{
    /// <summary>Enough for everything that is no table: 8 MiB.</summary>
    public const int UsualOutput = 8 * 1024 * 1024;

    /// <summary>Enough for the tables of a large host: 64 MiB.</summary>
    public const int OutputOfTables = 64 * 1024 * 1024;
}

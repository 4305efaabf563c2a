namespace Cluster.Agent.Programs;

/// <summary>What every program of the product ends with.</summary>
internal static class ExitCodes
{
    /// <summary>Done.</summary>
    public const int Ok = 0;

    /// <summary>It failed.</summary>
    public const int Failure = 1;

    /// <summary>The command line was wrong.</summary>
    public const int Usage = 2;

    /// <summary>Differences were found.</summary>
    public const int Differences = 3;

    /// <summary>Not authenticated or not allowed.</summary>
    public const int NotAllowed = 4;

    /// <summary>A conflict, or something that must come first.</summary>
    public const int Conflict = 5;

    /// <summary>Timed out, or partly applied.</summary>
    public const int TimedOut = 6;

    /// <summary>Something was not what it must be.</summary>
    public const int VerificationFailed = 7;

    /// <summary>The manager cannot be reached.</summary>
    public const int Unreachable = 8;
}

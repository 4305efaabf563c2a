namespace Cluster.Manager.Hosting.Commands;

/// <summary>Exit codes of all programs of the project.</summary>
internal static class ExitCodes
{
    /// <summary>Done.</summary>
    public const int Ok = 0;

    /// <summary>Failed.</summary>
    public const int Failure = 1;

    /// <summary>Called wrongly.</summary>
    public const int Usage = 2;

    /// <summary>Differences were found.</summary>
    public const int Differences = 3;

    /// <summary>Nobody answers.</summary>
    public const int Unreachable = 8;
}

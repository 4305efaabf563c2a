namespace Cluster.Agent.Drivers.Postfix.Staging;

/// <summary>Names of the live files' forms in a generation.</summary>
internal static class StagedFiles
{
    /// <summary>main.cf as it was read.</summary>
    public const string MainBefore = "main.cf.before";

    /// <summary>main.cf while master.cf changes.</summary>
    public const string MainBetween = "main.cf.between";

    /// <summary>main.cf as it becomes.</summary>
    public const string MainAfter = "main.cf.after";

    /// <summary>master.cf as it was read.</summary>
    public const string MasterBefore = "master.cf.before";

    /// <summary>master.cf as it becomes.</summary>
    public const string MasterAfter = "master.cf.after";
}

namespace Cluster.Agent.Tests.Faults;

/// <summary>What one connection of a client shows of a service.</summary>
/// <param name="Serial">Serial number of the certificate, lower-case hex; empty = nobody is served.</param>
/// <param name="Policy">What else of the settings is to be seen.</param>
internal sealed record Sight(string Serial, string Policy)
{
    /// <summary>Nobody is served.</summary>
    public static Sight Nothing { get; } = new("", "");
}

using Cluster.Testing.Fleets;
using Cluster.Testing.Processes;
using Cluster.Testing.Programs;
using Xunit;

namespace Cluster.EndToEnd.Tests;

/// <summary>Starts fleets where real Postfix instances can run; elsewhere the test says what is missing.</summary>
internal static class RealFleet
{
    internal static Task<Fleet> StartAsync(ManagerOptions? options = null)
    {
        Assert.SkipWhen(Host.WhyNoPostfix.Length > 0, Host.WhyNoPostfix);
        return Fleet.StartAsync(options);
    }
}

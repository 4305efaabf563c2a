using Cluster.Testing.Fleets;
using Cluster.Testing.Processes;
using Cluster.Testing.Programs;
using Xunit;

// They mostly wait for other programs: more of them at once than there are cores.
[assembly: Xunit.v3.Parallelization(MaxThreads = 4)]

namespace Cluster.EndToEnd.Tests;

/// <summary>Starts fleets where real Postfix instances can run; elsewhere the test says what is missing.</summary>
internal static class RealFleet
{
    internal static Task<Fleet> StartAsync(ManagerStartOptions? options = null)
    {
        Assert.SkipWhen(Host.WhyNoPostfix.Length > 0, Host.WhyNoPostfix);
        return Fleet.StartAsync(options);
    }
}

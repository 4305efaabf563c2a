using Cluster.Testing.Fleets;
using Cluster.Testing.Processes;
using Xunit;

namespace Cluster.EndToEnd.Tests;

/// <summary>One fleet for the tests of a class that do not disturb each other: each uses names of its own.</summary>
public sealed class SharedFleet : IAsyncLifetime
{
    private Fleet? fleet;

    /// <summary>The fleet.</summary>
    public Fleet Fleet
    {
        get
        {
            Assert.SkipWhen(Host.WhyNoPostfix.Length > 0, Host.WhyNoPostfix);
            return fleet!;
        }
    }

    /// <inheritdoc/>
    public async ValueTask InitializeAsync() => fleet = Host.WhyNoPostfix.Length == 0 ? await Fleet.StartAsync() : null;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (fleet is not null)
        {
            await fleet.DisposeAsync();
        }
    }
}

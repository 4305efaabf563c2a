using Cluster.Client.Connection;
using Cluster.Client.Tests.Fixtures;
using Cluster.Testing.Programs;
using Xunit;

[assembly: AssemblyFixture(typeof(ClientFixture))]

namespace Cluster.Client.Tests.Fixtures;

/// <summary>One real manager for all tests of this project; each test works in a cluster of its own.</summary>
public sealed class ClientFixture : IAsyncLifetime
{
    private ManagerProcess? manager;
    private ClusterClient? client;
    private int clusters;

    /// <summary>The client with the owner's token.</summary>
    public ClusterClient Client => client!;

    /// <summary>How the client is connected.</summary>
    public ClusterClientOptions Options { get; private set; } = null!;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        manager = await ManagerProcess.StartNewAsync();
        Options = new ClusterClientOptions
        {
            Address = manager.RestAddress,
            Token = (await File.ReadAllTextAsync(Path.Combine(manager.DataDirectory, "admin.token"))).Trim(),
            CaFile = Path.Combine(manager.DataDirectory, "ca.pem"),
        };
        client = new ClusterClient(Options);
    }

    /// <summary>Makes an empty cluster.</summary>
    public async Task<ClusterResources> NewClusterAsync()
    {
        var made = await Client.Clusters.CreateAsync($"c{Interlocked.Increment(ref clusters)}", ct: TestContext.Current.CancellationToken);
        return Client.Cluster(made.Value.Name);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        client?.Dispose();
        if (manager is not null) await manager.DisposeAsync();
    }
}

using System.Text.Json.Nodes;
using Cluster.Client;
using Cluster.Contracts.Failpoints;
using Cluster.Testing;
using Cluster.Testing.Fleets;
using Cluster.Testing.Programs;
using Shouldly;
using Xunit;

namespace Cluster.EndToEnd.Tests.Kills;

/// <summary>
/// A host with one service that is no Postfix, whose agent is killed at a step while the service is given another certificate. Clients are
/// shown the old or the new one, whole; afterwards the new one, without a restart of the service, and nothing else is left.
/// </summary>
public abstract class MortalService : IAsyncLifetime
{
    private const string Machine = "gw1";
    private readonly TestDirectory directory = new("mortal-service");
    private Fleet? fleet;
    private FleetHost? host;

    internal Fleet Fleet => fleet!;

    /// <summary>Files of the test and of the service.</summary>
    protected TestDirectory Directory => directory;

    /// <summary>The service's own configuration directory.</summary>
    protected abstract string ConfigDirectory { get; }

    /// <summary>Why the service cannot run here; empty when it can.</summary>
    protected abstract string WhyNot { get; }

    /// <summary>Its entry in the host's own file.</summary>
    protected abstract JsonObject Entry { get; }

    /// <summary>Process id of the service: it stays the same.</summary>
    protected abstract int Pid { get; }

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        // Where the service cannot run the first use says so.
        if (WhyNot.Length > 0) return;
        fleet = await Fleet.StartAsync();
        await StartAsync();
        host = fleet.NewServiceHost(new AgentOptions { Name = Machine, WithFailpoints = true, Services = [Entry] });
        await host.JoinAsync();
        host.Agent.Start();
        await host.ConnectedAsync();
        await fleet.RolloutEndedAsync(await fleet.CommitAsync(await SettingsAsync()));
        await host.InSyncAsync();
        await AppliedFirstAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (fleet is not null) await fleet.DisposeAsync();
        await StopAsync();
        directory.Dispose();
        GC.SuppressFinalize(this);
    }

    internal async Task IsKilledAtAsync(string step)
    {
        Assert.SkipWhen(WhyNot.Length > 0, WhyNot);
        var isUndone = step is FailpointNames.ApplyRestoring or FailpointNames.ApplyRestored;
        await host!.InSyncAsync();
        await SettledAsync();
        var (old, pid) = (await SeeAsync(), Pid);
        old.ShouldNotBeEmpty();
        await host.RestartAgentAsync(step);
        string wanted;
        try
        {
            if (isUndone) Break();
            wanted = await ChangeAsync();
            await host.Agent.KilledAsync();
        }
        finally
        {
            if (isUndone) Mend();
        }

        for (var look = 0; look < 3; look++) (await SeeAsync()).ShouldBeOneOf(old, wanted);
        host.Agent.Start();
        await host.ConnectedAsync();
        if (isUndone)
        {
            await IsUndoneAsync(old);
            await Fleet.Cluster.Machines.RetryAsync(Machine);
        }

        await Eventually.Has(SeeAsync, s => s == wanted, $"clients are shown {wanted}");
        await host.InSyncAsync();
        Pid.ShouldBe(pid, "the service is never restarted");
        await LeavesNothingBehindAsync();
    }

    /// <summary>Starts the service.</summary>
    protected abstract Task StartAsync();

    /// <summary>Ends it.</summary>
    protected abstract ValueTask StopAsync();

    /// <summary>What the first revision holds.</summary>
    protected abstract Task<Func<ClusterResources, Task>[]> SettingsAsync();

    /// <summary>Makes what is applied what the service uses, where its administrator has to say so.</summary>
    protected virtual Task AppliedFirstAsync() => Task.CompletedTask;

    /// <summary>Waits until the service shows nothing but what is applied.</summary>
    protected virtual Task SettledAsync() => Task.CompletedTask;

    /// <summary>Gives it another certificate; returns what clients are to see.</summary>
    protected abstract Task<string> ChangeAsync();

    /// <summary>What a client sees by a connection of its own.</summary>
    protected abstract Task<string> SeeAsync();

    /// <summary>The next change will fail and be undone.</summary>
    protected abstract void Break();

    /// <summary>It would not any more.</summary>
    protected abstract void Mend();

    private string Journal => Path.Combine(host!.Agent.StateDirectory, "apply", "journal");

    // Held back until somebody asks for it.
    private async Task IsUndoneAsync(string old)
    {
        await Eventually.Is(() => System.IO.Directory.GetFileSystemEntries(Journal).Length == 0, "the journal of the restore ends");
        (await host!.FailureAsync()).Message.ShouldNotBeEmpty();
        await Eventually.Has(SeeAsync, s => s == old, "what was undone is the old one again");
    }

    // What an agent cleans up comes a moment after the service is in sync.
    private async Task LeavesNothingBehindAsync()
    {
        await Eventually.Is(
            () => System.IO.Directory.GetDirectories(Path.Combine(ConfigDirectory, "cluster", "gen")).Length == 1,
            "the keys of other generations are gone");
        await Eventually.Is(() => System.IO.Directory.GetFileSystemEntries(Journal).Length == 0, "no journal stands");
        foreach (var place in new[] { ConfigDirectory, Path.Combine(host!.Agent.StateDirectory, "apply") })
            System.IO.Directory.GetFileSystemEntries(place, ".tmp-*", SearchOption.AllDirectories).ShouldBeEmpty();
        var machine = await Fleet.MachineAsync(Machine);
        FleetHost.Service(machine).Attempted!.Error.ShouldBeNull();
    }
}

using Cluster.Agent.Apply;
using Cluster.Agent.State;
using Cluster.Agent.Tests.Hosts;
using Cluster.Agent.Tests.ManagerSide;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Apply;

public sealed class DepartureTests
{
    [Fact]
    public async Task A_departure_that_a_crash_cut_between_its_two_files_is_ended_at_the_next_start()
    {
        await using var manager = await FakeManager.StartAsync();
        await using var host = await PushTests.JoinedAsync(manager);
        var directory = new StateDirectory(host.State);
        var store = new ApplyStore(directory);
        store.Save(store.Membership()! with { Left = true });
        var identities = new IdentityStore(directory, owner: null);
        var key = identities.Current().ShouldNotBeNull();

        host.Start();
        (await host.Running.ExitAsync()).ShouldBe(0, host.Output);

        identities.Current().ShouldBeNull();
        identities.Departed().ShouldNotBeNull().Key.ShouldBe(key.Key);
        manager.Fleet.Calls.ShouldNotContain("connect");
    }
}

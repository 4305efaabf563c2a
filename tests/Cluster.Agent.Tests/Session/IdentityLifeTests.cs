using Cluster.Agent.Tests.Apply;
using Cluster.Agent.Tests.Hosts;
using Cluster.Agent.Tests.ManagerSide;
using Cluster.Testing;
using Cluster.Testing.Processes;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Session;

public sealed class IdentityLifeTests
{
    [Fact]
    public async Task An_identity_is_renewed_and_the_new_one_used()
    {
        await using var manager = await FakeManager.StartAsync();
        await using var host = await PushTests.JoinedAsync(manager);
        manager.Fleet.RenewAfter = 1;
        host.Start();
        await Eventually.Is(() => manager.Fleet.LastHello?.Generation > 1, "a newer generation connects");
        manager.Fleet.RenewAfter = TimeProvider.System.GetUtcNow().AddDays(1).ToUnixTimeMilliseconds();
        manager.Fleet.DropStreams();
        await Eventually.Is(() => !File.Exists(host.InState("session/identity.next.json")), "the new one has replaced the old one");
        await Eventually.Is(async () => (await host.StatusAsync())["generation"]!.GetValue<uint>() > 1, "apply knows the generation");
        manager.Fleet.Assign(PushTests.One(TestHost.Part(manager)));
        await PushTests.VerifiedAsync(manager, host, number: 1);
        await host.StopAsync();
    }

    [Fact]
    public async Task A_lost_renewal_is_asked_for_again_with_the_same_key()
    {
        await using var manager = await FakeManager.StartAsync();
        await using var host = await PushTests.JoinedAsync(manager);
        manager.Fleet.RenewAfter = 1;
        manager.Fleet.LoseNextRenewAnswer = true;
        host.Start();
        await Eventually.Is(() => manager.Fleet.Calls.Contains("renew"), "asked");
        await host.KillAsync();
        host.Start();
        await Eventually.Is(() => manager.Fleet.LastHello?.Generation == 2, "the second generation connects");
        manager.Fleet.Renewed.Count.ShouldBe(1);
        manager.Fleet.RenewAfter = 0;
        await host.StopAsync();
    }

    [Fact]
    public async Task An_expired_identity_recovers_by_its_key()
    {
        await using var manager = await FakeManager.StartAsync();
        await using var host = new TestHost();
        manager.Fleet.Lifetime = TimeSpan.FromSeconds(-60);
        await host.MustJoinAsync(manager);
        host.Start();
        await Eventually.Is(() => manager.Fleet.Streams == 1, $"connected; it said {host.Output}");
        manager.Fleet.Calls.ShouldContain("recover");
        manager.Fleet.LastHello!.Generation.ShouldBe(2U);
        await host.StopAsync();
    }

    [Fact]
    public async Task Refusals_other_than_a_signed_removal_change_nothing()
    {
        await using var manager = await FakeManager.StartAsync();
        await using var host = await PushTests.JoinedAsync(manager);
        var identity = File.ReadAllText(host.InState("session/identity.json"));
        manager.Fleet.RefuseSessionsWith = "identity-unknown";
        host.Start();
        await Eventually.Is(
            async () => (await host.StatusAsync())["connection"]?["problem"]?.GetValue<string>().Contains(
                "identity-unknown", StringComparison.Ordinal) == true,
            "reported");
        await Eventually.Is(() => manager.Fleet.Calls.Count(c => c == "connect") >= 3, "it tries on");
        File.ReadAllText(host.InState("session/identity.json")).ShouldBe(identity);
        manager.Fleet.RefuseSessionsWith = "";
        await Eventually.Is(() => manager.Fleet.Streams == 1, "connected again");

        manager.Fleet.SendRemoval(generation: 9);
        manager.Fleet.Assign(PushTests.One(TestHost.Part(manager)));
        await PushTests.VerifiedAsync(manager, host, number: 1);
        manager.Fleet.SendRemoval(generation: 1);
        (await host.Running.ExitAsync()).ShouldBe(0);
        File.Exists(host.Live()).ShouldBeTrue();
        (await host.VerbAsync("run")).ExitCode.ShouldBe(0);
        (await host.StatusAsync())["left"]!.GetValue<bool>().ShouldBeTrue();
    }

    [Fact]
    public async Task A_host_leaves_without_a_manager_and_tells_it_later()
    {
        await using var manager = await FakeManager.StartAsync();
        await using var host = await PushTests.JoinedAsync(manager);
        await manager.DownAsync();
        (await host.VerbAsync("leave")).ExitCode.ShouldBe(8);
        (await host.VerbAsync("leave", "--offline")).ExitCode.ShouldBe(0);
        await manager.UpAsync();
        (await host.VerbAsync("run")).ExitCode.ShouldBe(0);
        manager.Fleet.Departed.ShouldBeTrue();
        (await host.VerbAsync("leave")).ExitCode.ShouldBe(5);
    }

    [Fact]
    public async Task A_new_trust_set_is_taken_and_acknowledged()
    {
        await using var manager = await FakeManager.StartAsync();
        await using var host = await PushTests.JoinedAsync(manager);
        host.Start();
        await Eventually.Is(() => manager.Fleet.Streams == 1, "connected");
        manager.Fleet.SendNewTrustSet();
        await Eventually.Is(() => manager.Fleet.TrustNumberHeld == 2, "acknowledged");
        await host.KillAsync();
        host.Start();
        await Eventually.Is(() => manager.Fleet.LastHello?.TrustSetNumber == 2, "kept");
        await host.StopAsync();
    }

    [Fact]
    public async Task Services_are_looked_after_without_a_manager_and_the_session_runs_unprivileged()
    {
        await using var manager = await FakeManager.StartAsync();
        await using var host = await PushTests.JoinedAsync(manager);
        manager.Fleet.Assign(PushTests.One(TestHost.Part(manager)));
        host.Start();
        await PushTests.VerifiedAsync(manager, host, number: 1);
        if (Host.IsRoot)
        {
            var status = await File.ReadAllLinesAsync($"/proc/{host.SessionPid}/status", TestContext.Current.CancellationToken);
            status.Single(l => l.StartsWith("Uid:", StringComparison.Ordinal)).Split('\t').Skip(1).ShouldAllBe(u => u != "0");
            status.Single(l => l.StartsWith("CapEff:", StringComparison.Ordinal)).ShouldEndWith("0000000000000000");
            status.Single(l => l.StartsWith("NoNewPrivs:", StringComparison.Ordinal)).ShouldEndWith("1");
        }

        await host.KillAsync();
        await manager.DownAsync();
        host.Start();
        await Eventually.Is(async () => (await host.StatusAsync())["services"]![0]!["running"]?.GetValue<bool>() == true, "looked at");
        (await host.VerbAsync("check")).ExitCode.ShouldBe(0);
        File.AppendAllText(host.Live(), "tampered\n");
        (await host.VerbAsync("check")).ExitCode.ShouldBe(7, "a file that differs is no proof any more");
        await manager.UpAsync();
        await Eventually.Is(() => manager.Fleet.Service("mail")?.Drift.Count > 0, "drift is reported");
        var session = host.SessionPid;
        Host.Kill(session);
        await Eventually.Is(() => host.SessionPid != session && manager.Fleet.Streams == 1, "the session is started again");
        await host.StopAsync();
    }
}

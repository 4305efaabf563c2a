using Cluster.Agent.Programs;
using Cluster.Agent.Tests.Hosts;
using Cluster.Agent.Tests.ManagerSide;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Enrollment;

public sealed class JoinVerbTests
{
    [Fact]
    public async Task Joins_with_the_pinned_root_and_keeps_the_key_private()
    {
        await using var manager = await FakeManager.StartAsync();
        await using var host = new TestHost();
        var result = await host.JoinAsync(manager);
        result.ExitCode.ShouldBe(ExitCodes.Ok, result.ToString());
        manager.Fleet.Calls.ShouldBe(["root", "join"]);
        File.GetUnixFileMode(host.InState("session/identity.json")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.Exists(host.InState("session/pending-key.json")).ShouldBeFalse();
        (await host.JoinAsync(manager)).ExitCode.ShouldBe(ExitCodes.Conflict);
    }

    [Fact]
    public async Task A_root_that_is_not_the_pinned_one_never_sees_the_token()
    {
        await using var manager = await FakeManager.StartAsync();
        await using var host = new TestHost();
        var result = await host.JoinAsync(manager, pin: "sha256:" + new string('0', 64));
        result.ExitCode.ShouldBe(ExitCodes.VerificationFailed, result.ToString());
        manager.Fleet.Calls.ShouldBe(["root"]);
    }

    [Fact]
    public async Task A_server_without_the_managers_role_never_sees_the_token()
    {
        await using var manager = await FakeManager.StartAsync(withRole: false);
        await using var host = new TestHost();
        var result = await host.JoinAsync(manager);
        result.ExitCode.ShouldBe(ExitCodes.VerificationFailed, result.ToString());
        manager.Fleet.Calls.ShouldBe(["root"]);
    }

    [Fact]
    public async Task A_lost_answer_is_asked_for_again_with_the_same_key()
    {
        await using var manager = await FakeManager.StartAsync();
        await using var host = new TestHost();
        manager.Fleet.LoseNextJoinAnswer = true;
        (await host.JoinAsync(manager)).ExitCode.ShouldBe(ExitCodes.Unreachable);
        (await host.JoinAsync(manager)).ExitCode.ShouldBe(ExitCodes.Ok);
        manager.Fleet.Joined.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Refusals_and_absence_have_their_exit_codes()
    {
        await using var manager = await FakeManager.StartAsync();
        await using var host = new TestHost();
        (await host.JoinAsync(manager, token: "another")).ExitCode.ShouldBe(ExitCodes.NotAllowed);
        (await host.JoinAsync(manager, pin: "sha256:12")).ExitCode.ShouldBe(ExitCodes.Usage);
        (await host.VerbAsync("run")).ExitCode.ShouldBe(ExitCodes.Conflict);
        (await host.VerbAsync("nonsense")).ExitCode.ShouldBe(ExitCodes.Usage);
        await manager.DownAsync();
        (await host.JoinAsync(manager)).ExitCode.ShouldBe(ExitCodes.Unreachable);
    }
}

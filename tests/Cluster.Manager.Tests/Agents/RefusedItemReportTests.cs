using Cluster.Contracts.Machines;
using Cluster.Contracts.Rollouts;
using Cluster.Manager.Tests.Hosting;
using Cluster.Protocol.V1;
using Cluster.Testing;
using Shouldly;
using Xunit;

namespace Cluster.Manager.Tests.Agents;

/// <summary>A machine on which a driver refused single items: all the rest is live, and the machine still counts as failed.</summary>
public sealed class RefusedItemReportTests : IAsyncLifetime
{
    private readonly TestManager host = new();

    public ValueTask InitializeAsync() => host.InitializeAsync();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task The_rollout_fails_and_names_the_items_and_the_machine_shows_them()
    {
        using var agent = await TestAgent.NewAsync(host, "mx1");
        await using var stream =
            await agent.ConnectAsync(change: h => h.Services[0].Endpoints.AddRange([Listener("mx"), Listener("submission")]));
        await stream.WelcomeAsync();
        var commit = await host.CommitHostnameAsync("a.example");
        var (offer, assignment) = await stream.OfferAsync();

        var status = RolloutTests.Verified(SessionTests.PartsOf(offer).Single(), assignment, 1);
        var service = status.Services.Single();
        service.Refused.Add(
            new Protocol.V1.RefusedItem
            {
                Kind = "listeners",
                Name = "submission",
                Code = "unsupported",
                Message = "No certificates by server name."
            });
        service.Verified.Endpoints.Add(
            new EndpointProof { Kind = "listeners", Name = "mx", Address = "127.0.0.1", Port = 25, Method = ProofMethod.Wire, At = 1_000 });
        await stream.BeatAsync(status, TestStream.Held(offer, assignment));

        await host.RolloutStateAsync(commit, RolloutState.Failed);
        (await host.RolloutAsync(commit)).Machines!.Single().Error
            .ShouldBe("postfix: listeners/submission is refused: No certificates by server name.");
        var machine = await host.MachineAsync("mx1");
        machine.InSync.ShouldBeFalse();
        machine.Applied!.Revision.ShouldBe(1);
        machine.Verified.ShouldBeNull();
        machine.Capabilities!.Single().Endpoints.Select(e => $"{e.Kind}/{e.Name} {e.Address} {e.Port}")
            .ShouldBe(["listeners/mx 127.0.0.1 25", "listeners/submission 127.0.0.1 25"]);
        var shown = machine.Services.Single();
        shown.Refused.ShouldBe(
            [
                new RefusedItemShape
                {
                    Kind = "listeners",
                    Name = "submission",
                    Code = "unsupported",
                    Message = "No certificates by server name."
                }
            ]);
        shown.Endpoints.Select(e => (e.Name, e.Proof?.Method, e.Proof?.At))
            .ShouldBe([("mx", VerificationMethod.Wire, DateTimeOffset.FromUnixTimeSeconds(1)), ("submission", null, null)]);

        var taken = RolloutTests.Verified(SessionTests.PartsOf(offer).Single(), assignment, 2);
        await stream.BeatAsync(taken);
        await Eventually.Has(() => host.MachineAsync("mx1"), m => m.InSync, "the machine is in sync when the items are taken");
    }

    private static Protocol.V1.Endpoint Listener(string name) =>
        new() { Kind = "listeners", Name = name, Address = "127.0.0.1", Port = 25 };
}

using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Cluster.Contracts.Failpoints;
using Cluster.Testing.Fleets;
using Cluster.Testing.Programs;
using Shouldly;
using Xunit;

namespace Cluster.EndToEnd.Tests.Kills;

/// <summary>
/// A manager that dies between a commit and its answer: whoever repeats the request learns that it took effect, and it does so
/// once.
/// </summary>
public sealed class IdempotencyKillTests
{
    [Theory]
    [InlineData(FailpointNames.CommitInTransaction)]
    [InlineData(FailpointNames.CommitDurable)]
    public async Task A_commit_that_is_repeated_with_its_key_after_a_kill_happens_once(string step)
    {
        await using var fleet = await Fleet.StartAsync(new ManagerOptions { WithFailpoints = true });
        var change = await fleet.StageAsync(("mail-flow-policies/tls-required", new JsonObject { ["tls"] = "required" }));
        await fleet.Manager.StopAsync();
        await fleet.Manager.StartAsync(step);
        var key = Guid.NewGuid().ToString();
        await Should.ThrowAsync<HttpRequestException>(() => CommitAsync(fleet, change, key));
        await fleet.Manager.ExitAsync();
        await fleet.Manager.StartAsync();

        var again = await CommitAsync(fleet, change, key);

        if (step == FailpointNames.CommitInTransaction) again.Expect(201);
        else ((string)again.Expect(409).Json["code"]!).ShouldBe("idempotency-answer-lost");
        ((int)(await fleet.Rest.GetAsync($"/clusters/{Fleet.Name}")).Expect(200).Json["revision"]!).ShouldBe(1);
        ((string)(await fleet.Rest.GetAsync(Fleet.At($"change-sets/{change}"))).Expect(200).Json["state"]!).ShouldBe("committed");
        (await fleet.Rest.GetAsync(Fleet.At("mail-flow-policies/tls-required"))).Expect(200);
    }

    private static Task<Cluster.Testing.Rest.RestAnswer> CommitAsync(Fleet fleet, string change, string key) => fleet.Rest.SendAsync(
        HttpMethod.Post, Fleet.At($"change-sets/{change}/commit"), JsonContent.Create(new JsonObject { ["comment"] = "once" }), (
            "Idempotency-Key", key));
}

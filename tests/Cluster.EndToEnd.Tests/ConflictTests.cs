using System.Text.Json.Nodes;
using Cluster.Testing.Fleets;
using Shouldly;
using Xunit;

namespace Cluster.EndToEnd.Tests;

/// <summary>Two people edit the same thing: the second learns of it, with both versions, and nothing is half done.</summary>
public sealed class ConflictTests(SharedFleet shared) : IClassFixture<SharedFleet>
{
    [Fact]
    public async Task The_second_commit_that_touches_an_item_is_refused_until_it_is_resolved()
    {
        var fleet = shared.Fleet;
        await fleet.CommitAsync(("destination-controls/a.example.test", Tls("preferred")));
        var mine = await fleet.StageAsync(("destination-controls/a.example.test", Tls("required")), ("destination-controls/b.example.test", Tls("none")));
        var theirs = await fleet.StageAsync(("destination-controls/a.example.test", Tls("none")));
        await fleet.CommitStagedAsync(theirs);

        var refused = await fleet.Rest.PostAsync(Fleet.At($"change-sets/{mine}/commit"), new JsonObject { ["comment"] = "mine" });

        refused.Status.ShouldBe(409);
        var conflict = refused.Json["conflicts"]!.AsArray().ShouldHaveSingleItem()!;
        ((string)conflict["name"]!).ShouldBe("a.example.test");
        ((string)conflict["mine"]!["tls"]!).ShouldBe("required");
        ((string)conflict["theirs"]!["tls"]!).ShouldBe("none");
        (await fleet.Rest.GetAsync(Fleet.At("destination-controls/b.example.test"))).Status.ShouldBe(404, "all or nothing");

        (await fleet.Rest.PostAsync(Fleet.At($"change-sets/{mine}/resolve"), new JsonObject
        {
            ["items"] = new JsonArray(new JsonObject { ["level"] = "cluster", ["kind"] = "destination-controls", ["name"] = "a.example.test", ["take"] = "mine" }),
        })).Expect(200, 204);
        await fleet.CommitStagedAsync(mine);
        ((string)(await fleet.Rest.GetAsync(Fleet.At("destination-controls/a.example.test"))).Expect(200).Json["tls"]!).ShouldBe("required");
        ((string)(await fleet.Rest.GetAsync(Fleet.At("destination-controls/b.example.test"))).Expect(200).Json["tls"]!).ShouldBe("none");
    }

    [Fact]
    public async Task A_write_over_a_state_that_is_no_longer_there_is_refused()
    {
        var fleet = shared.Fleet;
        await fleet.CommitAsync(("destination-controls/w.example.test", Tls("preferred")));
        var seen = (await fleet.Rest.GetAsync(Fleet.At("destination-controls/w.example.test"))).Expect(200).Headers["ETag"];
        (await fleet.Rest.PutAsync(Fleet.At("destination-controls/w.example.test"), Tls("required"), ("If-Match", seen))).Expect(200);

        (await fleet.Rest.PutAsync(Fleet.At("destination-controls/w.example.test"), Tls("none"), ("If-Match", seen))).Status.ShouldBe(412);
    }

    private static JsonObject Tls(string mode) => new() { ["tls"] = mode };
}

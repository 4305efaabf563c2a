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
        var mine = await fleet.StageAsync(
            ("destination-controls/a.example.test", Tls("required")), ("destination-controls/b.example.test", Tls("none")));
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
            ["items"] = new JsonArray(
                new JsonObject
                {
                    ["level"] = "cluster",
                    ["kind"] = "destination-controls",
                    ["name"] = "a.example.test",
                    ["take"] = "mine"
                }),
        })).Expect(200, 204);
        await fleet.CommitStagedAsync(mine);
        ((string)(await fleet.Rest.GetAsync(
            Fleet.At("destination-controls/a.example.test"))).Expect(200).Json["tls"]!).ShouldBe("required");
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

    [Fact]
    public async Task Of_commits_of_one_item_at_once_one_wins_whole_and_the_others_learn_of_it()
    {
        var fleet = shared.Fleet;
        await fleet.CommitAsync(("destination-controls/many.example.test", Tls("preferred")));
        var revision = await RevisionAsync(fleet);
        var changes = new List<string>();
        for (var i = 0; i < 8; i++)
        {
            changes.Add(
                await fleet.StageAsync(
                    ("destination-controls/many.example.test", new JsonObject { ["tls"] = "required", ["alertOnFailure"] = i % 2 == 0 }),
                    ($"destination-controls/own{i}.example.test", Tls("none"))));
        }

        var answers = await Task.WhenAll(
            changes.Select(c => fleet.Rest.PostAsync(Fleet.At($"change-sets/{c}/commit"), new JsonObject { ["comment"] = c })));

        var won = Array.FindIndex(answers, a => a.Status == 201);
        won.ShouldBeGreaterThanOrEqualTo(0, string.Join('\n', answers.Select(a => a.Text)));
        for (var i = 0; i < answers.Length; i++)
        {
            var own = await fleet.Rest.GetAsync(Fleet.At($"destination-controls/own{i}.example.test"));
            var state = (string)(await fleet.Rest.GetAsync(Fleet.At($"change-sets/{changes[i]}"))).Expect(200).Json["state"]!;
            (answers[i].Status, own.Status, state).ShouldBe(i == won ? (201, 200, "committed") : (409, 404, "open"));
            if (i != won) ((string)answers[i].Json["conflicts"]!.AsArray().ShouldHaveSingleItem()!["name"]!).ShouldBe("many.example.test");
        }

        (await RevisionAsync(fleet)).ShouldBe(revision + 1);
        ((bool)(await fleet.Rest.GetAsync(
            Fleet.At("destination-controls/many.example.test"))).Expect(200).Json["alertOnFailure"]!).ShouldBe(won % 2 == 0);
    }

    [Fact]
    public async Task Of_direct_writes_over_one_state_at_once_one_wins()
    {
        var fleet = shared.Fleet;
        await fleet.CommitAsync(("destination-controls/direct.example.test", Tls("preferred")));
        var seen = (await fleet.Rest.GetAsync(Fleet.At("destination-controls/direct.example.test"))).Expect(200).Headers["ETag"];
        var revision = await RevisionAsync(fleet);
        string[] modes = ["required", "required-verify", "preferred-verify", "required-verify-hosted-domains"];

        var answers = await Task.WhenAll(
            modes.Select(m => fleet.Rest.PutAsync(Fleet.At("destination-controls/direct.example.test"), Tls(m), ("If-Match", seen))));

        answers.Select(a => a.Status).Order().ShouldBe([200, 412, 412, 412]);
        ((string)(await fleet.Rest.GetAsync(Fleet.At("destination-controls/direct.example.test"))).Expect(200).Json["tls"]!).ShouldBe(
            modes[Array.FindIndex(answers, a => a.Status == 200)]);
        (await RevisionAsync(fleet)).ShouldBe(revision + 1);
    }

    private static async Task<int> RevisionAsync(Fleet fleet) =>
        (int)(await fleet.Rest.GetAsync($"/clusters/{Fleet.Name}")).Expect(200).Json["revision"]!;

    private static JsonObject Tls(string mode) => new() { ["tls"] = mode };
}

using System.Text.Json.Nodes;
using Cluster.Manager.Tests.Agents;
using Cluster.Manager.Tests.Hosting;
using Shouldly;
using Xunit;

namespace Cluster.Manager.Tests.Clusters;

public sealed class ClusterTests(TestManager manager) : IClassFixture<TestManager>
{
    [Fact]
    public async Task A_new_cluster_has_an_epoch_no_revision_and_the_group_main()
    {
        var made = (await manager.Rest.PostAsync("/clusters", Named("fresh"))).Expect(201);

        made.Headers["Location"].ShouldBe("/api/v1/clusters/fresh");
        ((string?)made.Json["state"]).ShouldBe("ok");
        ((long)made.Json["epoch"]!).ShouldBe(1);
        ((long)made.Json["revision"]!).ShouldBe(0);
        var groups = (await manager.Rest.GetAsync("/clusters/fresh/groups")).Expect(200).Json["items"]!.AsArray();
        groups.Select(g => (string)g!["name"]!).ShouldBe(["main"]);
    }

    [Fact]
    public async Task A_name_is_taken_once_and_must_fit()
    {
        (await manager.Rest.PostAsync("/clusters", Named("taken"))).Expect(201);

        (await manager.Rest.PostAsync("/clusters", Named("taken"))).Expect(409).Code.ShouldBe("name-taken");
        ((string?)(await manager.Rest.PostAsync(
            "/clusters", Named("Not A Name"))).Expect(422).Json["errors"]![0]!["pointer"]).ShouldBe("/name");
        (await manager.Rest.PutAsync("/clusters/taken", Named("taken"), ("If-None-Match", "*"))).Expect(412);
    }

    [Fact]
    public async Task Every_wrong_member_is_reported_at_once()
    {
        var errors =
            (await manager.Rest.PostAsync("/clusters", new JsonObject { ["nam"] = 1, ["x"] = true })).Expect(422).Json["errors"]!.AsArray();

        errors.Select(e => ((string)e!["pointer"]!, (string)e["code"]!))
            .ShouldBe([("/nam", "unknown-member"), ("/x", "unknown-member"), ("/name", "required")], ignoreOrder: true);
    }

    [Fact]
    public async Task Renaming_keeps_the_id_and_needs_the_right_tag()
    {
        var made = (await manager.Rest.PostAsync("/clusters", Named("before"))).Expect(201);

        (await manager.Rest.PatchAsync("/clusters/before", Named("after"), ("If-Match", "\"other\""))).Expect(412);
        var renamed = (await manager.Rest.PatchAsync("/clusters/before", Named("after"), ("If-Match", made.Headers["ETag"]))).Expect(200);

        ((string?)renamed.Json["id"]).ShouldBe((string?)made.Json["id"]);
        renamed.Headers["ETag"].ShouldNotBe(made.Headers["ETag"]);
        (await manager.Rest.GetAsync("/clusters/before")).Expect(404);
    }

    [Fact]
    public async Task A_dry_run_makes_nothing()
    {
        (await manager.Rest.PostAsync("/clusters?dryRun=true", Named("dry"))).Expect(201);

        (await manager.Rest.GetAsync("/clusters/dry")).Expect(404);
    }

    [Fact]
    public async Task A_deleted_cluster_is_gone_with_everything_and_its_name_is_free_but_its_grants_do_not_pass_on()
    {
        (await manager.Rest.PostAsync("/clusters", Named("gone"))).Expect(201);
        using var admin = await manager.RestAsAsync("admin", "gone");
        (await manager.Rest.PutAsync("/clusters/gone/groups/edge", new JsonObject())).Expect(201);
        (await manager.Rest.PostAsync("/clusters/gone/machines", Named("mx1.example"))).Expect(201);
        (await manager.Rest.PostAsync("/clusters/gone/join-tokens", new JsonObject())).Expect(201);

        (await manager.Rest.DeleteAsync("/clusters/gone")).Expect(204);
        (await manager.Rest.GetAsync("/clusters/gone")).Expect(404);
        (await manager.Rest.PostAsync("/clusters", Named("gone"))).Expect(201);
        (await admin.GetAsync("/clusters/gone")).Expect(404);
    }

    [Fact]
    public async Task A_cluster_with_members_is_not_deleted_and_says_who_they_are()
    {
        await manager.AddMachineAsync("member.example");

        var refused = (await manager.Rest.DeleteAsync("/clusters/mail")).Expect(409);
        refused.Code.ShouldBe("cluster-in-use");
        refused.Json["references"]!.AsArray().Select(r => (string)r!["name"]!).ShouldContain("member.example");
    }

    [Fact]
    public async Task Lists_are_paged_by_name_and_show_only_what_is_granted()
    {
        foreach (var name in new[] { "page-a", "page-b", "page-c" }) (await manager.Rest.PostAsync("/clusters", Named(name))).Expect(201);
        using var viewer = await manager.RestAsAsync("viewer", "page-b");

        (await viewer.GetAsync("/clusters")).Expect(200).Json["items"]!.AsArray().Select(c => (string)c!["name"]!).ShouldBe(["page-b"]);
        var seen = new List<string>();
        string? token = null;
        do
        {
            var page =
                (await manager.Rest.GetAsync($"/clusters?pageSize=1{(token is null ? "" : $"&pageToken={token}")}")).Expect(200).Json;
            seen.AddRange(page["items"]!.AsArray().Select(c => (string)c!["name"]!));
            token = (string?)page["nextPageToken"];
        }
        while (token is not null);
        seen.ShouldBeInOrder(SortDirection.Ascending, StringComparer.Ordinal);
        seen.ShouldContain("page-c");
        (await manager.Rest.GetAsync("/clusters?pageSize=0")).Expect(422);
        (await manager.Rest.GetAsync("/clusters?pageSize=many")).Expect(400).Code.ShouldBe("invalid-parameter");
        (await manager.Rest.GetAsync("/clusters?pageToken=%21")).Expect(422);
    }

    private static JsonObject Named(string name) => new() { ["name"] = name };
}

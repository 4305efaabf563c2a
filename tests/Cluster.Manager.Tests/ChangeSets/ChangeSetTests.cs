using System.Text.Json.Nodes;
using Cluster.Manager.Tests.Hosting;
using Cluster.Testing.Rest;
using Shouldly;
using Xunit;
using static Cluster.Manager.Tests.Hosting.TestManager;
using static Cluster.Manager.Tests.Settings.SettingsTests;

namespace Cluster.Manager.Tests.ChangeSets;

public sealed class ChangeSetTests(TestManager manager) : IClassFixture<TestManager>
{
    [Fact]
    public async Task Staged_edits_are_seen_only_with_the_change_set_until_they_are_committed()
    {
        var id = await OpenAsync();
        var staged = (await StageAsync(id, "mail-flow-policies/staged", Tls("off"))).Expect(201);

        staged.Headers["Change-Set"].ShouldBe(id);
        staged.Headers.ContainsKey("Cluster-Revision").ShouldBeFalse();
        (await manager.Rest.GetAsync(At("mail-flow-policies/staged"))).Status.ShouldBe(404);
        (await manager.Rest.GetAsync(At("mail-flow-policies/staged"), ("Change-Set", id))).Expect(200).Headers["ETag"].ShouldBe(staged.Headers["ETag"]);

        var revision = (await CommitAsync(id)).Expect(201);
        revision.Json["changes"]!.GetValue<int>().ShouldBe(1);
        revision.Headers["Location"].ShouldEndWith($"/revisions/{revision.Json["number"]}");
        (await manager.Rest.GetAsync(At("mail-flow-policies/staged"))).Expect(200);
        ((string)(await manager.Rest.GetAsync(At($"change-sets/{id}"))).Json["state"]!).ShouldBe("committed");
        (await CommitAsync(id)).Code.ShouldBe("change-set-closed");
        (await StageAsync(id, "mail-flow-policies/late", Tls("off"))).Code.ShouldBe("change-set-closed");
    }

    [Fact]
    public async Task Two_commits_of_the_same_item_conflict_and_are_resolved()
    {
        await PutAsync("destination-controls/conflict.example", "preferred");
        var mine = await OpenAsync();
        await StageAsync(mine, "destination-controls/conflict.example", Tls("required"));
        await StageAsync(mine, "destination-controls/beside.example", Tls("none"));
        var running = long.Parse((await PutAsync("destination-controls/conflict.example", "required")).Headers["Cluster-Revision"]);

        var refused = await CommitAsync(mine);
        refused.Status.ShouldBe(409);
        var conflict = refused.Json["conflicts"]!.AsArray().ShouldHaveSingleItem()!;
        ((string)conflict["base"]!["tls"]!).ShouldBe("preferred");
        ((string)conflict["mine"]!["tls"]!).ShouldBe("required");
        ((string)conflict["theirs"]!["tls"]!).ShouldBe("required");
        ((string)conflict["by"]!).ShouldBe((string)(await manager.Rest.GetAsync(At($"revisions/{running}"))).Json["author"]!);
        conflict["revision"]!.GetValue<long>().ShouldBe(running);
        (await manager.Rest.GetAsync(At("destination-controls/beside.example"))).Status.ShouldBe(404);

        (await ResolveAsync(mine, "theirs")).Expect(200).Json["edits"]!.GetValue<int>().ShouldBe(1);
        (await CommitAsync(mine)).Expect(201);
        (await manager.Rest.GetAsync(At("destination-controls/beside.example"))).Expect(200);
    }

    [Fact]
    public async Task Mine_wins_when_it_is_taken()
    {
        await PutAsync("destination-controls/conflict.example", "preferred");
        var mine = await OpenAsync();
        await StageAsync(mine, "destination-controls/conflict.example", Tls("none"));
        await PutAsync("destination-controls/conflict.example", "required");

        (await ResolveAsync(mine, "mine")).Expect(200);
        (await manager.Rest.PostAsync(At($"change-sets/{mine}/commit"), new JsonObject { ["comment"] = "mine", ["acknowledge"] = new JsonArray("tls-mode-lowered") })).Expect(201);
        ((string)(await manager.Rest.GetAsync(At("destination-controls/conflict.example"))).Json["tls"]!).ShouldBe("none");
    }

    [Fact]
    public async Task Validation_reports_findings_impact_and_codes_and_changes_nothing()
    {
        await manager.AddMachineAsync("impact-1", "impact");
        await PutAsync("destination-controls/impact.example", "required");
        var id = await OpenAsync();
        await StageAsync(id, "destination-controls/impact.example", Tls("none"));
        await StageAsync(id, "listeners/impact", Listener("nowhere"));

        var validation = (await manager.Rest.PostAsync(At($"change-sets/{id}/validate"))).Expect(200).Json;

        validation["findings"]!.AsArray().Select(f => (string)f!["code"]!).ShouldContain("dangling-reference");
        validation["blocking"]!.AsArray().Count.ShouldBe(1);
        validation["acknowledge"]!.AsArray().Select(c => (string)c!).ShouldBe(["tls-mode-lowered"]);
        validation["impact"]!["machines"]!.AsArray().Select(m => (string)m!).ShouldContain("impact-1");
        (await CommitAsync(id)).Code.ShouldBe("validation-failed");
    }

    [Fact]
    public async Task Edits_are_listed_diffed_and_taken_out_one_by_one()
    {
        await PutAsync("mail-flow-policies/edits", "off");
        var id = await OpenAsync();
        await StageAsync(id, "mail-flow-policies/edits", Tls("preferred"));
        await StageAsync(id, "outbound", new JsonObject { ["hostname"] = "out.example.org" });

        var edits = (await manager.Rest.GetAsync(At($"change-sets/{id}/edits"))).Expect(200).Json["items"]!.AsArray();
        edits.Select(e => ((string)e!["kind"]!, (string)e["name"]!, (string)e["change"]!)).ShouldBe([("mail-flow-policies", "edits", "updated"), ("outbound", "-", "created")]);
        var diff = (await manager.Rest.GetAsync(At($"change-sets/{id}/diff"))).Expect(200).Json["changes"]!.AsArray();
        diff.Single(c => (string)c!["kind"]! == "mail-flow-policies")!["fields"]!.AsArray().Select(f => (string)f!).ShouldBe(["/tls"]);

        (await manager.Rest.DeleteAsync(At($"change-sets/{id}/edits/outbound/-?level=cluster"))).Expect(204);
        (await manager.Rest.DeleteAsync(At($"change-sets/{id}/edits/mail-flow-policies/edits"))).Expect(204);
        (await CommitAsync(id)).Code.ShouldBe("nothing-to-commit");
    }

    [Fact]
    public async Task An_abandoned_change_set_takes_no_edit_and_changes_nothing()
    {
        var id = await OpenAsync();
        await StageAsync(id, "mail-flow-policies/abandoned", Tls("off"));

        (await manager.Rest.DeleteAsync(At($"change-sets/{id}"))).Expect(204);
        (await CommitAsync(id)).Code.ShouldBe("change-set-closed");
        (await manager.Rest.GetAsync(At("mail-flow-policies/abandoned"))).Status.ShouldBe(404);
    }

    [Fact]
    public async Task A_dry_commit_checks_the_same_and_leaves_nothing()
    {
        var id = await OpenAsync();
        await StageAsync(id, "mail-flow-policies/dry", Tls("off"));

        (await manager.Rest.PostAsync(At($"change-sets/{id}/commit?dryRun=true"), new JsonObject { ["comment"] = "try" })).Expect(201).Headers.ContainsKey("Cluster-Revision").ShouldBeFalse();
        ((string)(await manager.Rest.GetAsync(At($"change-sets/{id}"))).Json["state"]!).ShouldBe("open");
        (await manager.Rest.GetAsync(At("mail-flow-policies/dry"))).Status.ShouldBe(404);
    }

    [Fact]
    public async Task Options_that_do_not_fit_are_told_at_once()
    {
        var id = await OpenAsync();
        var refused = await manager.Rest.PostAsync(At($"change-sets/{id}/commit"), new JsonObject
        {
            ["comment"] = "x", ["confirmWithin"] = "1s", ["rollout"] = new JsonObject { ["strategy"] = "canary", ["maxFailures"] = -1, ["progressDeadline"] = "soon" },
        });

        refused.Status.ShouldBe(422);
        refused.Json["errors"]!.AsArray().Select(e => (string)e!["pointer"]!).ShouldBe(["/rollout/strategy", "/rollout/maxFailures", "/confirmWithin", "/rollout/progressDeadline"], ignoreOrder: true);
    }

    private async Task<string> OpenAsync() => (string)(await manager.Rest.PostAsync(At("change-sets"), new JsonObject { ["description"] = "test" })).Expect(201).Json["id"]!;

    private Task<RestAnswer> StageAsync(string id, string path, JsonNode body) => manager.Rest.PutAsync(At(path), body, ("Change-Set", id));

    private async Task<RestAnswer> PutAsync(string path, string tls) => (await manager.Rest.PutAsync(At($"{path}?acknowledge=tls-mode-lowered"), Tls(tls))).Expect(200, 201);

    private Task<RestAnswer> CommitAsync(string id) => manager.Rest.PostAsync(At($"change-sets/{id}/commit"), new JsonObject { ["comment"] = "test" });

    private Task<RestAnswer> ResolveAsync(string id, string take) => manager.Rest.PostAsync(At($"change-sets/{id}/resolve"), new JsonObject
    {
        ["items"] = new JsonArray(new JsonObject { ["level"] = "cluster", ["kind"] = "destination-controls", ["name"] = "conflict.example", ["take"] = take }),
    });
}

using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Cluster.Manager.Tests.Agents;
using Cluster.Manager.Tests.Hosting;
using Cluster.Testing.Rest;
using Shouldly;
using Xunit;
using static Cluster.Manager.Tests.Agents.AgentSteps;
using static Cluster.Manager.Tests.Hosting.TestManager;

namespace Cluster.Manager.Tests.Settings;

public sealed class SettingsTests(TestManager manager) : IClassFixture<TestManager>
{
    [Fact]
    public async Task A_put_commits_one_revision_and_says_which()
    {
        var created = (await Put("mail-flow-policies/created", Tls("required"))).Expect(201);
        var replaced = (await Put("mail-flow-policies/created", Tls("off"), acknowledge: "tls-removed")).Expect(200);

        long.Parse(replaced.Headers["Cluster-Revision"]).ShouldBe(long.Parse(created.Headers["Cluster-Revision"]) + 1);
        Guid.Parse(replaced.Headers["Cluster-Rollout"]).ShouldNotBe(Guid.Empty);
        var read = (await Get("mail-flow-policies/created")).Expect(200);
        read.Headers["ETag"].ShouldBe(replaced.Headers["ETag"]);
        read.Text.ShouldBe("""{"name":"created","tls":"off"}""");
    }

    [Fact]
    public async Task A_put_that_changes_nothing_makes_no_revision()
    {
        var first = (await Put("mail-flow-policies/same", Tls("off"))).Expect(201);
        var second = (await Put("mail-flow-policies/same", Tls("off"))).Expect(200);

        second.Headers["Cluster-Revision"].ShouldBe(first.Headers["Cluster-Revision"]);
        second.Headers.ContainsKey("Cluster-Rollout").ShouldBeFalse();
    }

    [Fact]
    public async Task A_dry_run_checks_the_same_and_leaves_nothing()
    {
        (await manager.Rest.PutAsync(At("mail-flow-policies/dry?dryRun=true"), Tls("off")))
            .Expect(201).Headers
            .ContainsKey("Cluster-Revision")
            .ShouldBeFalse();
        (await manager.Rest.PutAsync(At("mail-flow-policies/dry?dryRun=true"), Tls("sometimes"))).Status.ShouldBe(422);

        (await Get("mail-flow-policies/dry")).Status.ShouldBe(404);
    }

    [Fact]
    public async Task What_does_not_fit_is_told_at_once()
    {
        var answer =
            await SendRaw("mail-flow-policies/wrong", """{"tls":"sometimes","tsl":"off","requireTlsForAuth":1,"requireTlsForAuth":true}""");

        answer.Status.ShouldBe(422);
        answer.Json["errors"]!.AsArray().Select(e => ((string)e!["pointer"]!, (string)e["code"]!)).ShouldBe(
            [
                ("/tls", "unknown-value"),
                ("/tsl", "unknown-member"),
                ("/requireTlsForAuth", "type"),
                ("/requireTlsForAuth", "duplicate-member")
            ], ignoreOrder: true);
        (await SendRaw("mail-flow-policies/wrong", "{")).Status.ShouldBe(400);
        (await Put("mail-flow-policies/WRONG", Tls("off"))).Status.ShouldBe(422);
        (await Get("mail-flow-policies/wrong")).Status.ShouldBe(404);
    }

    [Fact]
    public async Task What_is_shown_can_be_put_back()
    {
        (await Put("destination-controls/BÜCHER.example", Tls("required"))).Expect(201);
        var shown = (await Get("destination-controls/xn--bcher-kva.example")).Expect(200);

        shown.Json["domain"]!.GetValue<string>().ShouldBe("BÜCHER.example");
        (await manager.Rest.PutAsync(
            At("destination-controls/BÜCHER.example"), shown.Json, ("If-Match", shown.Headers["ETag"]))).Expect(200);
        (await manager.Rest.PutAsync(At("destination-controls/other.example"), shown.Json)).Status.ShouldBe(422);
    }

    [Fact]
    public async Task Conditions_are_honoured()
    {
        var first = (await Put("mail-flow-policies/conditions", Tls("off"))).Expect(201).Headers["ETag"];
        (await manager.Rest.PutAsync(At("mail-flow-policies/conditions"), Tls("required"), ("If-Match", first))).Expect(200);

        (await manager.Rest.PutAsync(At("mail-flow-policies/conditions"), Tls("preferred"), ("If-Match", first))).Status.ShouldBe(412);
        (await manager.Rest.PutAsync(At("mail-flow-policies/conditions"), Tls("preferred"), ("If-None-Match", "*"))).Status.ShouldBe(412);
        (await manager.Rest.DeleteAsync(At("mail-flow-policies/conditions"), ("If-Match", first))).Status.ShouldBe(412);
        var tag = (await Get("mail-flow-policies/conditions")).Headers["ETag"];
        (await manager.Rest.GetAsync(At("mail-flow-policies/conditions"), ("If-None-Match", tag))).Status.ShouldBe(304);
    }

    [Fact]
    public async Task A_level_shows_only_what_it_defines_and_says_where_it_inherits_from()
    {
        await manager.AddMachineAsync("levels-1");
        (await Put("mail-flow-policies/levels", Tls("off"))).Expect(201);

        var missing = await Get("mail-flow-policies/levels?level=machine:levels-1");
        missing.Status.ShouldBe(404);
        missing.Code.ShouldBe("not-defined-at-level");
        ((string)missing.Json["inheritedFrom"]!).ShouldBe("cluster");

        (await Put("mail-flow-policies/levels?level=group:main", Tls("preferred"))).Expect(201);
        ((string)(await Get("mail-flow-policies/levels?level=machine:levels-1")).Json["inheritedFrom"]!).ShouldBe("group:main");
        var all = (await Get("mail-flow-policies?level=*&pageSize=500")).Expect(200).Json["items"]!.AsArray();
        all.Where(i => (string)i!["name"]! == "levels").Select(i => (string)i!["level"]!).ShouldBe(["cluster", "group:main"]);
        (await Get("mail-flow-policies/levels?level=group:none")).Status.ShouldBe(404);
        (await Get("mail-flow-policies/levels?level=somewhere")).Status.ShouldBe(422);
    }

    [Fact]
    public async Task A_singleton_that_no_level_defines_is_empty_at_the_cluster_only()
    {
        (await Get("agent-settings")).Expect(200).Text.ShouldBe("{}");
        (await Get("agent-settings?level=group:main")).Code.ShouldBe("not-defined-at-level");

        (await manager.Rest.PatchAsync(At("agent-settings"), new JsonObject { ["identityLifetime"] = "7d" }))
            .Expect(200).Text
            .ShouldBe("""{"identityLifetime":"7d"}""");
        (await manager.Rest.PatchAsync(At("agent-settings"), new JsonObject { ["identityLifetime"] = "400d" })).Status.ShouldBe(422);
        (await manager.Rest.DeleteAsync(At("agent-settings"))).Expect(204);
        (await Get("agent-settings")).Text.ShouldBe("{}");
    }

    [Fact]
    public async Task Named_objects_can_be_hidden_at_group_and_machine_level()
    {
        (await Put("destination-controls/hidden.example", Tls("preferred"))).Expect(201);
        var hide = new JsonObject { ["hidden"] = true };

        (await Put("destination-controls/hidden.example", hide)).Status.ShouldBe(422);
        (await Put("destination-controls/hidden.example?level=group:main", hide, acknowledge: "tls-mode-lowered")).Expect(201);
        (await Get("destination-controls/hidden.example?level=group:main")).Expect(200).Json["hidden"]!.GetValue<bool>().ShouldBeTrue();
        (await Put(
            "destination-controls/hidden.example?level=group:main",
            new JsonObject { ["hidden"] = true, ["tls"] = "none" })).Status.ShouldBe(422);
        (await Put("outbound?level=group:main", hide)).Status.ShouldBe(422);
    }

    [Fact]
    public async Task A_delete_of_what_others_name_says_who()
    {
        (await Put("mail-flow-policies/used", Tls("off"))).Expect(201);
        (await Put("listeners/user", Listener("used"))).Expect(201);

        var refused = await manager.Rest.DeleteAsync(At("mail-flow-policies/used"));
        refused.Status.ShouldBe(409);
        refused.Code.ShouldBe("in-use");
        ((string)refused.Json["references"]![0]!["name"]!).ShouldBe("user");

        (await manager.Rest.DeleteAsync(At("listeners/user"))).Expect(204);
        (await manager.Rest.DeleteAsync(At("mail-flow-policies/used"))).Expect(204);
        (await manager.Rest.DeleteAsync(At("mail-flow-policies/used"))).Status.ShouldBe(404);
    }

    [Fact]
    public async Task A_dangling_reference_is_refused_with_findings()
    {
        var refused = await Put("listeners/dangling", Listener("nowhere"));

        refused.Status.ShouldBe(422);
        refused.Code.ShouldBe("validation-failed");
        ((string)refused.Json["findings"]![0]!["code"]!).ShouldBe("dangling-reference");
    }

    [Fact]
    public async Task A_dangerous_change_must_be_acknowledged()
    {
        (await Put("destination-controls/danger.example", Tls("required"))).Expect(201);

        var refused = await Put("destination-controls/danger.example", Tls("none"));
        refused.Status.ShouldBe(409);
        refused.Code.ShouldBe("acknowledgement-required");
        refused.Json["acknowledge"]!.AsArray().Select(c => (string)c!).ShouldBe(["tls-mode-lowered"]);
        (await Put("destination-controls/danger.example", Tls("none"), acknowledge: "tls-mode-lowered")).Expect(200);
    }

    [Fact]
    public async Task Items_are_copied_and_moved_between_levels()
    {
        (await Put("mail-flow-policies/moving", Tls("off"))).Expect(201);
        var to = new JsonObject { ["toLevel"] = "group:main" };

        (await manager.Rest.PostAsync(At("mail-flow-policies/moving/copy"), to.DeepClone())).Expect(201);
        (await manager.Rest.PostAsync(At("mail-flow-policies/moving/copy"), to.DeepClone())).Code.ShouldBe("exists-at-level");
        to["replace"] = true;
        (await manager.Rest.PostAsync(At("mail-flow-policies/moving/move"), to.DeepClone())).Expect(200);
        (await Get("mail-flow-policies/moving")).Status.ShouldBe(404);
        (await Get("mail-flow-policies/moving?level=group:main")).Expect(200);
    }

    [Fact]
    public async Task What_a_host_cannot_express_is_refused()
    {
        await manager.AddMachineAsync("weak-1", "weak", [.. AllFeatures.Except(["listener.sender-groups"])]);
        (await Put("mail-flow-policies/weak", Tls("off"))).Expect(201);
        var listener = Listener("weak");
        listener["senderGroups"] = new JsonArray(
            new JsonObject { ["name"] = "lan", ["senders"] = new JsonArray("10.0.0.0/8"), ["policy"] = "weak" });

        var refused = await Put("listeners/weak", listener);

        refused.Code.ShouldBe("validation-failed");
        ((string)refused.Json["findings"]![0]!["code"]!).ShouldBe("unsupported-by-host");
    }

    [Fact]
    public async Task A_list_is_paged_in_a_stable_order()
    {
        foreach (var name in (string[])["page-c", "page-a", "page-b"])
            (await Put($"trusted-authorities/{name}", new JsonObject { ["certificates"] = Authority() })).Expect(201);

        var first = (await Get("trusted-authorities?pageSize=2")).Expect(200).Json;
        var second = (await Get($"trusted-authorities?pageSize=2&pageToken={(string)first["nextPageToken"]!}")).Expect(200).Json;

        first["items"]!
            .AsArray()
            .Concat(second["items"]!.AsArray())
            .Select(i => (string)i!["name"]!)
            .ShouldBe(["page-a", "page-b", "page-c"]);
        second["nextPageToken"].ShouldBeNull();
    }

    [Fact]
    public async Task Parallel_writers_neither_skip_nor_double_a_revision()
    {
        var before = long.Parse((await Put("mail-flow-policies/parallel", Tls("off"))).Headers["Cluster-Revision"]);

        var answers = await Task.WhenAll(Enumerable.Range(0, 24).Select(i => Put($"destination-controls/p{i}.example", Tls("preferred"))));

        answers.Select(a => long.Parse(a.Expect(201).Headers["Cluster-Revision"])).Order().Count().ShouldBe(24);
        answers.Select(a => a.Headers["Cluster-Revision"]).Distinct().Count().ShouldBe(24);
        answers.Max(a => long.Parse(a.Headers["Cluster-Revision"])).ShouldBeGreaterThanOrEqualTo(before + 24);
    }

    [Fact]
    public async Task Certificates_are_not_made_by_put()
    {
        var refused = await Put("certificates/none", new JsonObject { ["version"] = 1 });

        refused.Status.ShouldBe(404);
        refused.Code.ShouldBe("create-or-import-first");
    }

    [Fact]
    public async Task A_listener_may_be_larger_than_other_bodies()
    {
        var senders = new JsonArray(
            [
                .. Enumerable.Range(0, 20_000)
                    .Select(i => (JsonNode)$"host-{i}.a-domain-with-a-long-name-that-fills-the-body-of-the-request.example")
            ]);
        (await Put("mail-flow-policies/large", Tls("off"))).Expect(201);
        var listener = Listener("large");
        listener["senderGroups"] = new JsonArray(new JsonObject { ["name"] = "many", ["senders"] = senders, ["policy"] = "large" });

        (await manager.Rest.PutAsync(At("listeners/large?dryRun=true"), listener)).Expect(201);
        (await Put(
            "mail-flow-policies/large", new JsonObject { ["tls"] = "off", ["padding"] = new string('x', 1_100_000) })).Status.ShouldBe(413);
    }

    internal static JsonObject Tls(string mode) => new() { ["tls"] = mode };

    internal static JsonObject Listener(string policy) =>
        new() { ["type"] = "private", ["port"] = 25, ["hostname"] = "mx.example.org", ["defaultPolicy"] = policy };

    private static string Authority()
    {
        using var authority = new Cluster.Testing.Authorities.TestCa();
        return authority.Root.ToPem();
    }

    private Task<RestAnswer> Get(string path) => manager.Rest.GetAsync(At(path));

    private Task<RestAnswer> Put(string path, JsonNode body, string? acknowledge = null) =>
        manager.Rest.PutAsync(
            At(acknowledge is null ? path : $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}acknowledge={acknowledge}"),
            body);

    private Task<RestAnswer> SendRaw(string path, string json) =>
        manager.Rest.SendAsync(
            HttpMethod.Put, At(path), new StringContent(json, Encoding.UTF8, MediaTypeHeaderValue.Parse("application/json")));
}

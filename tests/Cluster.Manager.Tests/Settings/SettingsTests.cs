using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Cluster.Client.Settings;
using Cluster.Contracts.Levels;
using Cluster.Contracts.Problems;
using Cluster.Contracts.Settings;
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
    private static readonly LevelName Main = new(LevelKind.Group, "main");
    private static readonly MailFlowPolicy Off = new() { Tls = PolicyTls.Off };

    private SettingsClient<MailFlowPolicy> Policies => manager.Cluster.Settings<MailFlowPolicy>();

    private SettingsClient<DestinationControl> Destinations => manager.Cluster.Settings<DestinationControl>();

    private SettingsClient<Listener> Listeners => manager.Cluster.Settings<Listener>();

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

    [Theory]
    [InlineData("127.0.0.36")]
    [InlineData(".0.0.36")]
    [InlineData("25")]
    public async Task A_destination_that_is_an_address_is_refused_and_one_of_before_can_still_be_hidden(string name)
    {
        var refused = (await Put($"destination-controls/{name}", Tls("required"))).Expect(422);

        var error = refused.Json["errors"]!.AsArray().ShouldHaveSingleItem()!;
        ((string?)error["code"]).ShouldBe("domain");
        ((string?)error["detail"])!.ShouldContain("name the domain");
        (await Put($"destination-controls/{name}?level=group:main", new JsonObject { ["hidden"] = true })).Expect(201);
        (await Put("destination-controls/mx1.4host.example", Tls("required"))).Status.ShouldBeOneOf(200, 201);
    }

    [Fact]
    public async Task A_star_is_no_wildcard_of_address_lists()
    {
        var refused = (await Put(
            "address-lists/starred", new JsonObject { ["addresses"] = new JsonArray("*@bank.example", "a*b@bank.example") })).Expect(422);

        var error = refused.Json["errors"]!.AsArray().ShouldHaveSingleItem()!;
        ((string?)error["pointer"]).ShouldBe("/addresses/0");
        ((string?)error["detail"])!.ShouldContain("write @bank.example");
    }

    [Fact]
    public async Task An_empty_list_of_authorities_is_refused_for_LDAP_and_means_nobody_for_clients()
    {
        var refused = (await Put("ldap", new JsonObject { ["trustedAuthorities"] = new JsonArray() })).Expect(422);

        var error = refused.Json["errors"]!.AsArray().ShouldHaveSingleItem()!;
        (((string?)error["pointer"])!, ((string?)error["code"])!).ShouldBe(("/trustedAuthorities", "empty"));
        (await manager.Rest.PutAsync(At("groups/without-machines"), new JsonObject())).Expect(201);
        (await Put("trust?level=group:without-machines", new JsonObject { ["clientAuthorities"] = new JsonArray() })).Expect(201);
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
        var machine = new LevelName(LevelKind.Machine, "levels-1");
        await manager.AddMachineAsync("levels-1");
        await Policies.PutAsync("levels", Off);

        var missing = await Policies.GetAsync("levels", new() { Level = machine }).ShouldBeRefused(ProblemCodes.NotDefinedAtLevel);
        missing.Status.ShouldBe(404);
        missing.InheritedFrom.ShouldBe("cluster");

        await Policies.PutAsync("levels", new MailFlowPolicy { Tls = PolicyTls.Preferred }, new() { Level = Main });
        (await Policies.GetAsync("levels", new() { Level = machine }).ShouldBeRefused(ProblemCodes.NotDefinedAtLevel)).InheritedFrom
            .ShouldBe("group:main");
        (await Policies.ListAllLevelsAsync().ToListAsync()).Where(i => i.Name == "levels").Select(i => i.Level)
            .ShouldBe(["cluster", "group:main"]);
        await Policies.GetAsync("levels", new() { Level = new(LevelKind.Group, "none") }).ShouldBeRefused(ProblemCodes.NotFound);
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

    [Theory]
    [InlineData("agent-settings")]
    [InlineData("tls-protocols")]
    [InlineData("mail-flow-policies/nowhere")]
    public async Task A_patch_of_what_a_level_does_not_define_says_to_put_it_there_first(string path)
    {
        var refused = await manager.Rest.PatchAsync(At($"{path}?level=group:main"), new JsonObject());

        refused.Code.ShouldBe(ProblemCodes.NotDefinedAtLevel);
        refused.Text.ShouldContain("PUT it at group:main first: a PATCH changes only what that level defines itself.");
        (await Get($"{path}?level=group:main")).Text.ShouldNotContain("PUT it");
    }

    [Fact]
    public async Task Named_objects_can_be_hidden_at_group_and_machine_level()
    {
        await Destinations.PutAsync("hidden.example", new DestinationControl { Tls = DestinationTls.Preferred });

        await Destinations.HideAsync("hidden.example", new()).ShouldBeRefused(ProblemCodes.InvalidDocument);
        (await Destinations.HideAsync("hidden.example", new() { Level = Main, Acknowledge = ["tls-mode-lowered"] }))
            .Receipt.Created
            .ShouldBeTrue();
        (await Destinations.GetAsync("hidden.example", new() { Level = Main })).Value.Hidden.ShouldBeTrue();
        (await Put(
            "destination-controls/hidden.example?level=group:main",
            new JsonObject { ["hidden"] = true, ["tls"] = "none" })).Status.ShouldBe(422);
        (await Put("outbound?level=group:main", new JsonObject { ["hidden"] = true })).Status.ShouldBe(422);
    }

    [Fact]
    public async Task A_delete_of_what_others_name_says_who()
    {
        await Policies.PutAsync("used", Off);
        await Listeners.PutAsync("user", ListenerOf("used"));

        var refused = await Policies.DeleteAsync("used").ShouldBeRefused(ProblemCodes.InUse);
        refused.Status.ShouldBe(409);
        refused.References.ShouldNotBeNull()[0].Name.ShouldBe("user");

        await Listeners.DeleteAsync("user");
        await Policies.DeleteAsync("used");
        await Policies.DeleteAsync("used").ShouldBeRefused(ProblemCodes.NotFound);
    }

    [Fact]
    public async Task A_dangling_reference_is_refused_with_findings()
    {
        var refused = await Listeners.PutAsync("dangling", ListenerOf("nowhere")).ShouldBeRefused(ProblemCodes.ValidationFailed);

        refused.Status.ShouldBe(422);
        refused.Findings.ShouldNotBeNull()[0].Code.ShouldBe("dangling-reference");
    }

    [Fact]
    public async Task A_dangerous_change_must_be_acknowledged()
    {
        var none = new DestinationControl { Tls = DestinationTls.None };
        await Destinations.PutAsync("danger.example", new DestinationControl { Tls = DestinationTls.Required });

        var refused = await Destinations.PutAsync("danger.example", none).ShouldBeRefused(ProblemCodes.AcknowledgementRequired);
        refused.Status.ShouldBe(409);
        refused.Acknowledge.ShouldBe(["tls-mode-lowered"]);
        (await Destinations.PutAsync("danger.example", none, new() { Acknowledge = ["tls-mode-lowered"] }))
            .Receipt.Created
            .ShouldBeFalse();
    }

    [Fact]
    public async Task Items_are_copied_and_moved_between_levels()
    {
        await Policies.PutAsync("moving", Off);
        var to = new RelocationRequest { ToLevel = "group:main" };

        (await Policies.CopyAsync("moving", to)).Receipt.Created.ShouldBeTrue();
        await Policies.CopyAsync("moving", to).ShouldBeRefused(ProblemCodes.ExistsAtLevel);
        (await Policies.MoveAsync("moving", to with { Replace = true })).Receipt.Created.ShouldBeFalse();
        await Policies.GetAsync("moving").ShouldBeRefused(ProblemCodes.NotFound);
        await Policies.GetAsync("moving", new() { Level = Main });
    }

    [Fact]
    public async Task What_a_host_cannot_express_is_refused()
    {
        await manager.AddMachineAsync("weak-1", "weak", [.. AllFeatures.Except(["listener.sender-groups"])]);
        await Policies.PutAsync("weak", Off);
        var lan = new SenderGroup { Name = "lan", Senders = ["10.0.0.0/8"], Policy = "weak" };

        var refused = await Listeners.PutAsync("weak", ListenerOf("weak") with { SenderGroups = [lan] })
            .ShouldBeRefused(ProblemCodes.ValidationFailed);

        refused.Findings.ShouldNotBeNull()[0].Code.ShouldBe("unsupported-by-host");
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
        var before = (await Policies.PutAsync("parallel", Off)).Receipt.Revision!.Value;
        var preferred = new DestinationControl { Tls = DestinationTls.Preferred };

        var written = await Task.WhenAll(Enumerable.Range(0, 24).Select(i => Destinations.PutAsync($"p{i}.example", preferred)));

        written.ShouldAllBe(w => w.Receipt.Created);
        written.Select(w => w.Receipt.Revision!.Value).Distinct().Count().ShouldBe(24);
        written.Max(w => w.Receipt.Revision!.Value).ShouldBeGreaterThanOrEqualTo(before + 24);
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
        IReadOnlyList<string> senders =
        [
            .. Enumerable.Range(0, 20_000).Select(i => $"host-{i}.a-domain-with-a-long-name-that-fills-the-body-of-the-request.example")
        ];
        await Policies.PutAsync("large", Off);
        var many = new SenderGroup { Name = "many", Senders = senders, Policy = "large" };

        await Listeners.PutAsync("large", ListenerOf("large") with { SenderGroups = [many] }, new() { DryRun = true });
        (await Put(
            "mail-flow-policies/large", new JsonObject { ["tls"] = "off", ["padding"] = new string('x', 1_100_000) })).Status.ShouldBe(413);
    }

    private static JsonObject Tls(string mode) => new() { ["tls"] = mode };

    private static Listener ListenerOf(string policy) =>
        new() { Type = ListenerType.Private, Port = 25, Hostname = "mx.example.org", DefaultPolicy = policy };

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

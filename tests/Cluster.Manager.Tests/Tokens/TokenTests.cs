using System.Text.Json.Nodes;
using Cluster.Manager.Tests.Hosting;
using Shouldly;
using Xunit;
using static Cluster.Manager.Tests.Hosting.TestManager;

namespace Cluster.Manager.Tests.Tokens;

public sealed class TokenTests(TestManager manager) : IClassFixture<TestManager>
{
    [Fact]
    public async Task A_token_is_shown_once_works_until_it_is_withdrawn_and_is_logged_nowhere()
    {
        var made = (await manager.Rest.PostAsync("/tokens", Asked("ci", "mail", "operator"))).Expect(201).Json;
        var secret = (string)made["token"]!;
        using var rest = manager.RestWith(secret);

        secret.ShouldStartWith("cluster_");
        (await rest.GetAsync("/clusters/mail")).Expect(200);
        (await manager.Rest.GetAsync($"/tokens/{made["id"]}")).Expect(200).Text.ShouldNotContain(secret);
        (await manager.Rest.GetAsync("/tokens")).Expect(200).Text.ShouldNotContain(secret);
        (await manager.Rest.DeleteAsync($"/tokens/{made["id"]}")).Expect(204);
        (await rest.GetAsync("/clusters/mail")).Expect(401).Text.ShouldNotContain(secret);
        manager.Log.Text.ShouldNotContain(secret);
        (await manager.Rest.GetAsync("/audit?action=token.create")).Expect(200).Text.ShouldNotContain(secret);
    }

    [Fact]
    public async Task A_token_gives_no_more_than_it_has()
    {
        using var admin = await manager.RestAsAsync("admin");

        (await admin.PostAsync("/tokens", Asked("same", "mail", "admin"))).Expect(201);
        Pointer(await admin.PostAsync("/tokens", Asked("all", "*", "viewer"))).ShouldBe("/grants/0");
        Pointer(await admin.PostAsync("/tokens", Asked("keys", "mail", "viewer", exportKeys: true))).ShouldBe("/grants/0");
        Pointer(await admin.PostAsync("/tokens", Asked("owner", "mail", "owner"))).ShouldBe("/grants/0/role");
        (await admin.PostAsync("/tokens", Asked("nowhere", "nowhere", "viewer"))).Expect(422).Text.ShouldContain("unknown-cluster");
        (await admin.PostAsync("/tokens", Asked("long", "mail", "viewer", ttl: "3650d"))).Expect(422).Text.ShouldContain("exceeds-own");
        (await admin.PostAsync("/clusters", new JsonObject { ["name"] = "x" })).Expect(403);
    }

    [Fact]
    public async Task An_admin_of_one_cluster_does_not_see_tokens_of_others()
    {
        using var admin = await manager.RestAsAsync("admin");
        var owners = (await manager.Rest.PostAsync("/tokens", Asked("everything", "*", "viewer"))).Expect(201).Json["id"]!;

        (await admin.GetAsync($"/tokens/{owners}")).Expect(404);
        (await admin.DeleteAsync($"/tokens/{owners}")).Expect(404);
        (await admin.GetAsync("/tokens")).Expect(200).Text.ShouldNotContain("everything");
    }

    [Fact]
    public async Task A_dry_run_shows_no_secret_and_makes_no_token()
    {
        var dry = (await manager.Rest.PostAsync("/tokens?dryRun=true", Asked("dry", "mail", "viewer"))).Expect(201).Json;

        dry["token"].ShouldBeNull();
        (await manager.Rest.GetAsync($"/tokens/{dry["id"]}")).Expect(404);
    }

    [Fact]
    public async Task A_join_token_is_shown_once_with_the_whole_command()
    {
        var made = (await manager.Rest.PostAsync(At("join-tokens"), new JsonObject { ["ttl"] = "30m" })).Expect(201).Json;

        ((string)made["caPin"]!).ShouldStartWith("sha256:");
        ((string)made["command"]!).ShouldBe(
            $"cluster-agent join --manager {manager.Options.Agents} --ca-pin {made["caPin"]} --token-file -");
        ((string)made["command"]!).ShouldNotContain((string)made["token"]!);
        var read = (await manager.Rest.GetAsync(At($"join-tokens/{made["id"]}"))).Expect(200);
        read.Text.ShouldNotContain((string)made["token"]!);
        (await manager.Rest.DeleteAsync(At($"join-tokens/{made["id"]}"))).Expect(204);
        (await manager.Rest.GetAsync(At($"join-tokens/{made["id"]}"))).Expect(404);
        manager.Log.Text.ShouldNotContain((string)made["token"]!);
    }

    [Fact]
    public async Task A_join_token_that_cannot_work_is_refused_with_every_reason()
    {
        var asked = new JsonObject { ["ttl"] = "1s", ["uses"] = 0, ["machine"] = "-", ["from"] = new JsonArray("10.0.0.0/99") };

        var errors = (await manager.Rest.PostAsync(At("join-tokens"), asked)).Expect(422).Json["errors"]!.AsArray();
        errors.Select(e => (string)e!["pointer"]!).ShouldBe(["/ttl", "/uses", "/machine", "/from/0"], ignoreOrder: true);
        (await manager.Rest.PostAsync(At("join-tokens"), new JsonObject { ["group"] = "nowhere" })).Expect(422);
        (await manager.Rest.PostAsync(At("join-tokens"), new JsonObject { ["restore"] = Guid.NewGuid().ToString() })).Expect(422);
    }

    private static string? Pointer(Testing.Rest.RestAnswer answer) => (string?)answer.Expect(422).Json["errors"]![0]!["pointer"];

    private static JsonObject Asked(string name, string cluster, string role, bool exportKeys = false, string? ttl = null)
    {
        var asked = new JsonObject
        {
            ["name"] = name,
            ["grants"] = new JsonArray(new JsonObject { ["cluster"] = cluster, ["role"] = role, ["exportKeys"] = exportKeys })
        };
        if (ttl is not null) asked["ttl"] = ttl;
        return asked;
    }
}

using System.Text.Json.Nodes;
using Cluster.Manager.Tests.Certificates;
using Cluster.Manager.Tests.Hosting;
using Cluster.Testing.Rest;
using Shouldly;
using Xunit;
using static Cluster.Manager.Tests.Hosting.TestManager;

namespace Cluster.Manager.Tests.Settings;

/// <summary>Management interfaces through REST: a named kind like the others.</summary>
public sealed class ManagementInterfaceTests(TestManager manager) : IClassFixture<TestManager>
{
    [Fact]
    public async Task It_is_written_read_patched_listed_and_deleted()
    {
        await CertificateAsync("crud");
        var created = (await Put("crud", Of("crud"))).Expect(201);

        created.Text.ShouldBe("""{"hostname":"gw1.example.test","httpsCertificate":"crud","name":"crud","port":443}""");
        (await Get("crud")).Expect(200).Headers["ETag"].ShouldBe(created.Headers["ETag"]);
        var patched = (await manager.Rest.PatchAsync(At("interfaces/crud"), new JsonObject { ["port"] = 8443, ["hostname"] = null }, ("If-Match", created.Headers["ETag"]))).Expect(200);
        patched.Text.ShouldBe("""{"httpsCertificate":"crud","name":"crud","port":8443}""");
        (await manager.Rest.PatchAsync(At("interfaces/crud"), new JsonObject { ["port"] = 1 }, ("If-Match", created.Headers["ETag"]))).Status.ShouldBe(412);
        (await manager.Rest.GetAsync(At("interfaces?pageSize=500"))).Expect(200).Json["items"]!.AsArray().Select(i => $"{i!["name"]}@{i["level"]}").ShouldContain("crud@cluster");

        (await manager.Rest.DeleteAsync(At("interfaces/crud"))).Expect(204);
        (await Get("crud")).Status.ShouldBe(404);
    }

    [Fact]
    public async Task Everything_that_does_not_fit_is_told_at_once()
    {
        var refused = await Put("wrong", new JsonObject { ["port"] = 70_000, ["hostname"] = "no host", ["httpsCertificate"] = "A/B" });

        refused.Status.ShouldBe(422);
        Errors(refused).ShouldBe([("/port", "range"), ("/hostname", "host-name"), ("/httpsCertificate", "name")], ignoreOrder: true);
        Errors(await Put("wrong", new JsonObject { ["certificate"] = "x" })).ShouldBe([("/port", "required"), ("/httpsCertificate", "required"), ("/certificate", "unknown-member")], ignoreOrder: true);
        (await Put("WRONG", Of("demo"))).Status.ShouldBe(422);
        (await manager.Rest.PatchAsync(At("interfaces/wrong"), new JsonObject { ["port"] = 1 })).Status.ShouldBe(404);
        (await Get("wrong")).Status.ShouldBe(404);
    }

    [Fact]
    public async Task It_stands_at_levels_and_effective_explains_which_one_holds()
    {
        await manager.AddMachineAsync("levels-if");
        await CertificateAsync("levels");
        (await Put("levels", Of("levels"))).Expect(201);
        (await manager.Rest.PostAsync(At("interfaces/levels/copy"), new JsonObject { ["toLevel"] = "group:main" })).Expect(201);
        (await manager.Rest.PostAsync(At("interfaces/levels/move?level=group:main"), new JsonObject { ["toLevel"] = "machine:levels-if" })).Expect(201);
        (await manager.Rest.PatchAsync(At("interfaces/levels?level=machine:levels-if"), new JsonObject { ["port"] = 9443 })).Expect(200);

        (await manager.Rest.GetAsync(At("interfaces?level=*&pageSize=500"))).Json["items"]!.AsArray()
            .Where(i => (string)i!["name"]! == "levels").Select(i => (string)i!["level"]!).ShouldBe(["cluster", "machine:levels-if"]);
        var item = await Effective("levels-if", "levels");
        ((int)item!["value"]!["port"]!).ShouldBe(9443);
        ((string)item["origin"]!["level"]!).ShouldBe("machine:levels-if");
        item["overrides"]!.AsArray().Select(o => (string)o!["level"]!).ShouldBe(["cluster"]);

        (await manager.Rest.PutAsync(At("interfaces/levels?level=machine:levels-if"), new JsonObject { ["hidden"] = true })).Expect(200);
        var hidden = (await Effective("levels-if", "levels"))!;
        ((bool)hidden["hidden"]!).ShouldBeTrue();
        hidden["value"].ShouldBeNull();
        (await manager.Rest.PutAsync(At("interfaces/levels"), new JsonObject { ["hidden"] = true })).Status.ShouldBe(422);
    }

    [Fact]
    public async Task A_change_set_shows_the_difference_commits_it_and_a_rollback_takes_it_back()
    {
        await CertificateAsync("staged");
        var before = (await Put("staged", Of("staged"))).Expect(201).Headers["Cluster-Revision"];
        var set = (string)(await manager.Rest.PostAsync(At("change-sets"), new JsonObject { ["description"] = "port" })).Expect(201).Json["id"]!;
        (await manager.Rest.PatchAsync(At("interfaces/staged"), new JsonObject { ["port"] = 8443 }, ("Change-Set", set))).Expect(200);

        ((int)(await Get("staged")).Json["port"]!).ShouldBe(443);
        var change = (await manager.Rest.GetAsync(At($"change-sets/{set}/diff"))).Expect(200).Json["changes"]!.AsArray().Single()!;
        $"{change["change"]} {change["kind"]}/{change["name"]} {change["fields"]![0]}".ShouldBe("updated interfaces/staged /port");
        (await manager.Rest.PostAsync(At($"change-sets/{set}/commit"), new JsonObject { ["comment"] = "port" })).Expect(201);
        ((int)(await Get("staged")).Json["port"]!).ShouldBe(8443);

        (await manager.Rest.PostAsync(At($"revisions/{before}/rollback"), new JsonObject { ["comment"] = "back" })).Expect(201);
        ((int)(await Get("staged")).Json["port"]!).ShouldBe(443);
    }

    private static JsonObject Of(string certificate) => new() { ["hostname"] = "gw1.example.test", ["port"] = 443, ["httpsCertificate"] = certificate };

    private static List<(string Pointer, string Code)> Errors(RestAnswer refused) => [.. refused.Json["errors"]!.AsArray().Select(e => ((string)e!["pointer"]!, (string)e["code"]!))];

    private async Task CertificateAsync(string name) => (await new CertificateApi(manager).Create(name, "gw1.example.test")).Expect(201);

    private async Task<JsonNode?> Effective(string machine, string name) =>
        (await manager.Rest.GetAsync(At($"machines/{machine}/effective?explain=true"))).Expect(200).Json["items"]!.AsArray().SingleOrDefault(i => (string)i!["kind"]! == "interfaces" && (string)i["name"]! == name);

    private Task<RestAnswer> Get(string name) => manager.Rest.GetAsync(At($"interfaces/{name}"));

    private Task<RestAnswer> Put(string name, JsonNode body) => manager.Rest.PutAsync(At($"interfaces/{name}"), body);
}

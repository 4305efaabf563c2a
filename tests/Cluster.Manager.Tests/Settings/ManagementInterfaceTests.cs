using System.Text.Json.Nodes;
using Cluster.Manager.Tests.Certificates;
using Cluster.Manager.Tests.Agents;
using Cluster.Manager.Tests.Hosting;
using Cluster.Protocol.V1;
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
        var patched = (await manager.Rest.PatchAsync(
            At("interfaces/crud"),
            new JsonObject { ["port"] = 8443, ["hostname"] = null },
            ("If-Match", created.Headers["ETag"]))).Expect(200);
        patched.Text.ShouldBe("""{"httpsCertificate":"crud","name":"crud","port":8443}""");
        (await manager.Rest.PatchAsync(
            At("interfaces/crud"), new JsonObject { ["port"] = 1 }, ("If-Match", created.Headers["ETag"]))).Status.ShouldBe(412);
        (await manager.Rest.GetAsync(At("interfaces?pageSize=500"))).Expect(200).Json["items"]!
            .AsArray()
            .Select(i => $"{i!["name"]}@{i["level"]}")
            .ShouldContain("crud@cluster");

        (await manager.Rest.DeleteAsync(At("interfaces/crud"))).Expect(204);
        (await Get("crud")).Status.ShouldBe(404);
    }

    [Fact]
    public async Task Everything_that_does_not_fit_is_told_at_once()
    {
        var refused = await Put("wrong", new JsonObject { ["port"] = 70_000, ["hostname"] = "no host", ["httpsCertificate"] = "A/B" });

        refused.Status.ShouldBe(422);
        Errors(refused).ShouldBe([("/port", "range"), ("/hostname", "host-name"), ("/httpsCertificate", "name")], ignoreOrder: true);
        Errors(await Put("wrong", new JsonObject { ["certificate"] = "x" })).ShouldBe(
            [("/port", "required"), ("/httpsCertificate", "required"), ("/certificate", "unknown-member")], ignoreOrder: true);
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
        (await manager.Rest.PostAsync(
            At("interfaces/levels/move?level=group:main"), new JsonObject { ["toLevel"] = "machine:levels-if" })).Expect(201);
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
        var set =
            (string)(await manager.Rest.PostAsync(At("change-sets"), new JsonObject { ["description"] = "port" })).Expect(201).Json["id"]!;
        (await manager.Rest.PatchAsync(At("interfaces/staged"), new JsonObject { ["port"] = 8443 }, ("Change-Set", set))).Expect(200);

        ((int)(await Get("staged")).Json["port"]!).ShouldBe(443);
        var change = (await manager.Rest.GetAsync(At($"change-sets/{set}/diff"))).Expect(200).Json["changes"]!.AsArray().Single()!;
        $"{change["change"]} {change["kind"]}/{change["name"]} {change["fields"]![0]}".ShouldBe("updated interfaces/staged /port");
        (await manager.Rest.PostAsync(At($"change-sets/{set}/commit"), new JsonObject { ["comment"] = "port" })).Expect(201);
        ((int)(await Get("staged")).Json["port"]!).ShouldBe(8443);

        (await manager.Rest.PostAsync(At($"revisions/{before}/rollback"), new JsonObject { ["comment"] = "back" })).Expect(201);
        ((int)(await Get("staged")).Json["port"]!).ShouldBe(443);
    }

    [Fact]
    public async Task A_bound_certificate_says_where_it_is_used_and_is_not_deleted()
    {
        await CertificateAsync("bound");
        (await Put("bound", Of("bound"))).Expect(201);
        (await manager.Rest.PostAsync(At("interfaces/bound/copy"), new JsonObject { ["toLevel"] = "group:main" })).Expect(201);

        var usages = (await manager.Rest.GetAsync(At("certificates/bound/usages"))).Expect(200).Json;
        usages["bindings"]!
            .AsArray()
            .Select(b => $"{b!["kind"]}/{b["name"]}@{b["level"]}")
            .ShouldBe(["interfaces/bound@cluster", "interfaces/bound@group:main"]);
        var refused = await manager.Rest.DeleteAsync(At("certificates/bound"));
        refused.Status.ShouldBe(409);
        refused.Code.ShouldBe("in-use");
        ((string)refused.Json["detail"]!).ShouldBe(
            "'bound' is in use by interfaces/bound (cluster), interfaces/bound (group:main); change what refers to it first.");
        refused.Json["references"]!.AsArray().Count.ShouldBe(2);

        (await manager.Rest.DeleteAsync(At("interfaces/bound?level=group:main"))).Expect(204);
        (await manager.Rest.DeleteAsync(At("interfaces/bound"))).Expect(204);
        (await manager.Rest.DeleteAsync(At("certificates/bound"))).Expect(204);
    }

    [Fact]
    public async Task A_certificate_that_is_nowhere_hidden_or_compromised_is_told()
    {
        Refused(await Put("refused", Of("nowhere"))).ShouldBe("dangling-reference");

        await CertificateAsync("refused");
        (await Put("refused", Of("refused"))).Expect(201);
        Refused(
            await manager.Rest.PutAsync(
                At("certificates/refused?level=group:main"), new JsonObject { ["hidden"] = true })).ShouldBe("hidden-reference");
        (await manager.Rest.PostAsync(At("certificates/refused/versions/1/compromised"))).Expect(200, 204);
        (await Found("refused")).ShouldContain("certificate-version-compromised");
    }

    [Fact]
    public async Task A_certificate_is_judged_by_the_hostname_of_the_interface()
    {
        await CertificateAsync("named");
        (await Found("named")).ShouldContain("certificate-unused");
        (await Put("named", Of("named"))).Expect(201);
        (await Found("named")).ShouldNotContain(c => c == "certificate-unused" || c == "name-mismatch");

        (await manager.Rest.PatchAsync(At("interfaces/named"), new JsonObject { ["hostname"] = "gw2.example.test" })).Expect(200);
        var found = (await Findings()).Single(f => (string)f["code"]! == "name-mismatch" && (string)f["name"]! == "named");
        ((string)found["message"]!).ShouldStartWith(
            "Certificate 'named' on interfaces/named: No name of the certificate covers 'gw2.example.test'");
        (await new CertificateApi(manager).Get("named"))["findings"]!
            .AsArray()
            .Select(f => (string)f!["code"]!)
            .ShouldContain("name-mismatch");

        (await manager.Rest.PatchAsync(At("interfaces/named"), new JsonObject { ["hostname"] = null })).Expect(200);
        (await Found("named")).ShouldNotContain("name-mismatch");
    }

    [Fact]
    public async Task While_no_joined_machine_serves_it_validate_and_findings_say_so_and_no_machine_is_touched()
    {
        await manager.AddMachineAsync("mail-only");
        await CertificateAsync("unserved");
        var set =
            (string)(await manager.Rest.PostAsync(At("change-sets"), new JsonObject { ["description"] = "new" })).Expect(201).Json["id"]!;
        (await manager.Rest.PutAsync(At("interfaces/unserved"), Of("unserved"), ("Change-Set", set))).Expect(201);

        var validation = (await manager.Rest.PostAsync(At($"change-sets/{set}/validate"))).Expect(200).Json;
        validation["findings"]!
            .AsArray()
            .Select(f => $"{f!["code"]} {f["kind"]}/{f["name"]}")
            .ShouldContain("interface-not-hosted interfaces/unserved");
        validation["impact"]!["machines"]!.AsArray().ShouldBeEmpty();
        validation["impact"]!["keysReleased"]!.AsArray().ShouldBeEmpty();
        (await manager.Rest.PostAsync(At($"change-sets/{set}/commit"), new JsonObject { ["comment"] = "new" })).Expect(201);
        (await Found("unserved")).ShouldContain("interface-not-hosted");

        var service = new ServiceAnnouncement { Name = "web", Driver = "web", Kinds = { "interfaces", "certificates" } };
        foreach (var name in new[] { "unserved", "served" })
            service.Endpoints.Add(new Protocol.V1.Endpoint { Kind = "interfaces", Name = name, Address = "127.0.0.1", Port = 443 });
        await manager.AddMachineAsync("web-only", service);
        (await Put("served", Of("unserved"))).Expect(201);
        (await Found("unserved")).ShouldNotContain("interface-not-hosted");
        (await Found("served")).ShouldNotContain("interface-not-hosted");
        (await manager.Rest.PutAsync(At("interfaces/served?level=machine:mail-only"), Of("unserved"))).Expect(201);
        (await Findings())
            .Where(f => (string)f["code"]! == "interface-not-hosted" && (string)f["name"]! == "served")
            .Select(f => (string)f["level"]!)
            .ShouldBe(["machine:mail-only"]);
    }

    private static JsonObject Of(string certificate) =>
        new() { ["hostname"] = "gw1.example.test", ["port"] = 443, ["httpsCertificate"] = certificate };

    private static List<(string Pointer, string Code)> Errors(RestAnswer refused) =>
        [.. refused.Json["errors"]!.AsArray().Select(e => ((string)e!["pointer"]!, (string)e["code"]!))];

    private async Task CertificateAsync(string name) => (await new CertificateApi(manager).Create(name, "gw1.example.test")).Expect(201);

    private async Task<JsonNode?> Effective(string machine, string name) =>
        (await manager.Rest.GetAsync(At($"machines/{machine}/effective?explain=true"))).Expect(200).Json["items"]!
            .AsArray()
            .SingleOrDefault(i => (string)i!["kind"]! == "interfaces" && (string)i["name"]! == name);

    private async Task<List<JsonNode>> Findings() =>
        [.. (await manager.Rest.GetAsync(At("findings?pageSize=500"))).Expect(200).Json["items"]!.AsArray().Select(f => f!)];

    private async Task<List<string>> Found(string name) =>
        [.. (await Findings()).Where(f => (string)f["name"]! == name).Select(f => (string)f["code"]!)];

    private static string Refused(RestAnswer answer)
    {
        answer.Status.ShouldBe(422);
        answer.Code.ShouldBe("validation-failed");
        return (string)answer.Json["findings"]![0]!["code"]!;
    }

    private Task<RestAnswer> Get(string name) => manager.Rest.GetAsync(At($"interfaces/{name}"));

    private Task<RestAnswer> Put(string name, JsonNode body) => manager.Rest.PutAsync(At($"interfaces/{name}"), body);
}

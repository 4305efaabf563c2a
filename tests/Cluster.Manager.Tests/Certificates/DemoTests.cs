using System.Text.Json.Nodes;
using Cluster.Manager.Tests.Agents;
using Cluster.Manager.Tests.Hosting;
using Shouldly;
using Xunit;
using static Cluster.Manager.Tests.Agents.AgentSteps;
using static Cluster.Manager.Tests.Hosting.TestManager;

namespace Cluster.Manager.Tests.Certificates;

public sealed class DemoTests(TestManager manager) : IClassFixture<TestManager>
{
    [Fact]
    public async Task A_new_cluster_has_a_demo_certificate_that_is_flagged()
    {
        var cluster = (await manager.Rest.PostAsync("/clusters", new JsonObject { ["name"] = "fresh" })).Expect(201).Json;
        cluster["revision"]!.GetValue<int>().ShouldBe(0);
        var demo = (await manager.Rest.GetAsync("/clusters/fresh/certificates/demo")).Expect(200).Json;
        ((string?)demo["source"], demo["version"]!.GetValue<int>(), demo["hasPrivateKey"]!.GetValue<bool>()).ShouldBe(("demo", 1, true));
        ((string?)demo["subject"]).ShouldNotBeNull().ShouldContain("not for production");
        ((string?)demo["signingRequest"]).ShouldBe("none");
        var finding = demo["findings"]!.AsArray().ShouldHaveSingleItem()!;
        ((string?)finding["code"], (string?)finding["severity"]).ShouldBe(("demo-certificate", "info"));
    }

    [Fact]
    public async Task Bound_to_a_listener_it_works_and_is_a_warning()
    {
        await manager.AddMachineAsync("lab", "lab-in", AllFeatures);
        (await manager.Rest.PutAsync(At("mail-flow-policies/lab"), new JsonObject { ["tls"] = "preferred" })).Expect(201);
        var listener = new JsonObject
        {
            ["type"] = "public",
            ["port"] = 2525,
            ["hostname"] = "mx.example.org",
            ["certificate"] = "demo",
            ["defaultPolicy"] = "lab"
        };
        (await manager.Rest.PutAsync(At("listeners/lab-in"), listener)).Expect(201);
        var findings = (await manager.Rest.GetAsync(At("certificates/demo"))).Expect(200).Json["findings"]!.AsArray();
        ((string?)findings.Single(f => (string?)f!["code"] == "demo-certificate")!["severity"]).ShouldBe("warning");
        var all = (await manager.Rest.GetAsync(At("findings"))).Expect(200).Json["items"]!.AsArray();
        all.Select(f => (string?)f!["code"]).ShouldContain("demo-certificate");
    }

    [Fact]
    public async Task It_can_be_replaced_and_deleted_as_any_other()
    {
        (await manager.Rest.PostAsync("/clusters", new JsonObject { ["name"] = "other" })).Expect(201);
        var one = (await manager.Rest.GetAsync("/clusters/other/certificates/demo")).Expect(200).Json;
        var two = (await manager.Rest.GetAsync(At("certificates/demo"))).Expect(200).Json;
        ((string?)one["publicKeySha256"]).ShouldNotBe((string?)two["publicKeySha256"]);
        (await manager.Rest.DeleteAsync("/clusters/other/certificates/demo")).Expect(204);
        (await manager.Rest.PostAsync("/clusters/other/certificates/demo/versions/1/restore")).Expect(201);
        (await manager.Rest.DeleteAsync("/clusters/other/certificates/demo")).Expect(204);
        (await manager.Rest.DeleteAsync("/clusters/other")).Expect(204);
    }

    [Fact]
    public async Task A_dry_run_makes_neither_cluster_nor_key()
    {
        (await manager.Rest.PostAsync("/clusters?dryRun=true", new JsonObject { ["name"] = "tried" })).Expect(201);
        (await manager.Rest.GetAsync("/clusters/tried/certificates/demo")).Status.ShouldBe(404);
    }
}

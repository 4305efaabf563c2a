using System.Text.Json.Nodes;
using Cluster.Contracts.Settings;
using Cluster.Manager.Features.Settings;
using Cluster.Manager.Tests.Certificates;
using Cluster.Manager.Tests.Hosting;
using Cluster.Testing.Rest;
using Shouldly;
using Xunit;
using static Cluster.Manager.Tests.Hosting.TestManager;

namespace Cluster.Manager.Tests.Settings;

/// <summary>Read, change one member, write all of it back: what GET answered is taken as it came, whatever it is of.</summary>
public sealed class RoundTripTests(TestManager manager) : IClassFixture<TestManager>
{
    public static TheoryData<string> AllKinds => [.. SettingsKinds.Plain.Select(k => k.Kind), Kinds.TlsProtocols];

    [Theory]
    [MemberData(nameof(AllKinds))]
    public async Task A_setting_can_be_put_back(string kind)
    {
        var path = At(Documents.PathOf(kind));
        await Documents.MakeReferencesAsync(manager);
        (await manager.Rest.PutAsync($"{path}?acknowledge={Documents.Dangers}", Documents.Of(kind))).Status.ShouldBeOneOf(200, 201);
        var shown = (await manager.Rest.GetAsync(path)).Expect(200);

        var again = (await manager.Rest.PutAsync(path, shown.Json, ("If-Match", shown.Headers["ETag"]))).Expect(200);

        again.Text.ShouldBe(shown.Text);
        again.Headers["ETag"].ShouldBe(shown.Headers["ETag"]);
        again.Headers.ContainsKey("Cluster-Rollout").ShouldBeFalse("nothing changed");
    }

    [Fact]
    public async Task A_certificate_can_be_put_back_with_one_member_changed()
    {
        var api = new CertificateApi(manager);
        (await api.Create("round", "mx.example.test")).Expect(201);
        var shown = await api.Get("round");

        (await manager.Rest.PutAsync(At("certificates/round"), shown.DeepClone()))
            .Expect(200).Headers
            .ContainsKey("Cluster-Rollout")
            .ShouldBeFalse();
        shown["labels"] = new JsonObject { ["owner"] = "mail" };
        (await manager.Rest.PutAsync(At("certificates/round"), shown.DeepClone())).Expect(200);

        ((string)(await api.Get("round"))["labels"]!["owner"]!).ShouldBe("mail");
    }

    [Fact]
    public async Task A_computed_member_of_a_certificate_that_says_something_else_is_named()
    {
        var api = new CertificateApi(manager);
        (await api.Create("computed", "mx.example.test")).Expect(201);
        var shown = await api.Get("computed");
        shown["subject"] = "CN=other.example.test";
        shown["findings"] = new JsonArray();

        var refused = await manager.Rest.PutAsync(At("certificates/computed"), shown);

        refused.Status.ShouldBe(422);
        Pointers(refused).ShouldBe([("/subject", "computed"), ("/findings", "computed")], ignoreOrder: true);
        Pointers(await manager.Rest.PatchAsync(At("certificates/computed"), new JsonObject { ["hasPrivateKey"] = false })).ShouldBe(
            [("/hasPrivateKey", "computed")]);
        (await manager.Rest.PatchAsync(At("certificates/computed"), new JsonObject { ["hasPrivateKey"] = true })).Expect(200);
    }

    [Fact]
    public async Task A_hidden_certificate_can_be_put_back()
    {
        (await manager.Rest.PutAsync(At("groups/hides"), new JsonObject())).Expect(201);
        var api = new CertificateApi(manager);
        (await api.Create("concealed", "mx.example.test")).Expect(201);
        (await manager.Rest.PutAsync(At("certificates/concealed?level=group:hides"), new JsonObject { ["hidden"] = true })).Expect(201);

        (await manager.Rest.PutAsync(
            At("certificates/concealed?level=group:hides"), await api.Get("concealed", "?level=group:hides"))).Expect(200);
    }

    [Fact]
    public async Task A_group_can_be_put_back()
    {
        (await manager.Rest.PutAsync(At("groups/back"), new JsonObject { ["description"] = "first" })).Expect(201);
        var shown = (await manager.Rest.GetAsync(At("groups/back"))).Expect(200);

        (await manager.Rest.PutAsync(At("groups/back"), shown.Json, ("If-Match", shown.Headers["ETag"]))).Expect(200).Text.ShouldBe(
            shown.Text);

        var changed = shown.Json;
        changed["machines"] = 7;
        changed["id"] = Guid.Empty.ToString();
        Pointers(await manager.Rest.PutAsync(At("groups/back"), changed)).ShouldBe(
            [("/machines", "computed"), ("/id", "computed")], ignoreOrder: true);
        Pointers(await manager.Rest.PatchAsync(At("groups/back"), new JsonObject { ["machines"] = 7 })).ShouldBe(
            [("/machines", "computed")]);
    }

    [Fact]
    public async Task A_cluster_can_be_put_back()
    {
        (await manager.Rest.PutAsync("/clusters/back", new JsonObject { ["name"] = "back" })).Expect(201);
        var shown = (await manager.Rest.GetAsync("/clusters/back")).Expect(200);

        (await manager.Rest.PutAsync("/clusters/back", shown.Json, ("If-Match", shown.Headers["ETag"]))).Expect(200).Text.ShouldBe(
            shown.Text);

        var changed = shown.Json;
        changed["revision"] = 7;
        changed["state"] = "forked";
        Pointers(await manager.Rest.PutAsync("/clusters/back", changed)).ShouldBe(
            [("/revision", "computed"), ("/state", "computed")], ignoreOrder: true);
        Pointers(await manager.Rest.PatchAsync("/clusters/back", new JsonObject { ["epoch"] = 7 })).ShouldBe([("/epoch", "computed")]);
        (await manager.Rest.PatchAsync("/clusters/back", new JsonObject { ["epoch"] = 1 })).Expect(200);
    }

    [Fact]
    public async Task A_computed_member_of_what_does_not_exist_is_refused()
    {
        Pointers(await manager.Rest.PutAsync(At("groups/new"), new JsonObject { ["id"] = Guid.Empty.ToString() })).ShouldBe(
            [("/id", "computed")]);
        (await manager.Rest.GetAsync(At("groups/new"))).Status.ShouldBe(404);
    }

    private static IEnumerable<(string Pointer, string Code)> Pointers(RestAnswer answer)
    {
        answer.Status.ShouldBe(422);
        return answer.Json["errors"]!.AsArray().Select(e => ((string)e!["pointer"]!, (string)e["code"]!));
    }
}

using System.Text.Json.Nodes;
using Cluster.Contracts.Settings;
using Cluster.Manager.Tests.Agents;
using Cluster.Manager.Tests.Hosting;
using Cluster.Testing;
using Cluster.Testing.Authorities;
using Google.Protobuf;
using Shouldly;
using Xunit;
using static Cluster.Manager.Tests.Agents.AgentSteps;
using static Cluster.Manager.Tests.Hosting.TestManager;

namespace Cluster.Manager.Tests.Certificates;

public sealed class VersionTests(TestManager manager) : IClassFixture<TestManager>, IDisposable
{
    private readonly TestCa ca = new();
    private readonly CertificateApi api = new(manager);

    [Fact]
    public async Task Restore_points_back_and_a_compromised_version_never_comes_back()
    {
        (await api.Create("back", "mx.example.org")).Expect(201);
        (await api.Import("back", CertificateApi.Pkcs12(ca, "mx.example.org", "a"), "a")).Expect(200);
        (await Post("back/versions/1/restore")).Expect(200).Json["version"]!.GetValue<int>().ShouldBe(1);
        (await Post("back/versions/2/compromised")).Expect(200).Json["compromisedAt"].ShouldNotBeNull();
        (await Post("back/versions/2/restore")).Code.ShouldBe("key-compromised");
        (await manager.Rest.PutAsync(At("certificates/back"), new JsonObject { ["version"] = 2 })).Status.ShouldBe(422);
        (await Post("back/versions/9/restore")).Status.ShouldBe(404);
    }

    [Fact]
    public async Task A_compromised_key_comes_back_by_no_other_version_of_it()
    {
        (await api.Create("key", "mx.example.org")).Expect(201);
        var leaf = ca.Sign(await api.Request("key"));
        var signed = (await api.Upload("key", ca.PemFor(leaf))).Expect(200);
        (await api.Import("key", CertificateApi.Pkcs12(ca, "mx.example.org", "a"), "a")).Expect(200);
        (await Post("key/versions/2/compromised")).Expect(200);

        // Version 1 is self-signed with the same key.
        (await Post("key/versions/1/restore")).Code.ShouldBe("key-compromised");
        (await manager.Rest.PutAsync(At("certificates/key"), new JsonObject { ["version"] = 1 })).Code.ShouldBe("validation-failed");
        var rollback = await manager.Rest.PostAsync(At($"revisions/{signed.Headers["Cluster-Revision"]}/rollback"));
        (rollback.Status, rollback.Code).ShouldBe((422, "validation-failed"));
        (await api.Get("key"))["version"]!.GetValue<int>().ShouldBe(3);
    }

    [Fact]
    public async Task An_open_request_for_a_compromised_key_says_so_takes_no_certificate_and_can_be_cancelled()
    {
        (await api.Create("asked", "mx.example.org")).Expect(201);
        (await api.Create("other-asked", "mx.example.org")).Expect(201);
        var leaf = ca.Sign(await api.Request("asked"));
        var (own, others) = (await RequestOf("asked"), await RequestOf("other-asked"));
        (await manager.Rest.PostAsync(At("certificates/asked/versions/1/compromised?dryRun=true"))).Expect(200);
        ((string?)(await RequestOf("asked"))["state"]).ShouldBe("open");

        (await Post("asked/versions/1/compromised")).Expect(200);

        var shown = (await manager.Rest.GetAsync(At($"signing-requests/{own["id"]}"))).Expect(200).Json;
        ((string?)shown["state"]).ShouldBe("compromised");
        ((string)shown["hint"]!).ShouldContain("new key");
        ((string?)(await RequestOf("other-asked"))["state"], others["hint"]).ShouldBe(("open", null));
        (await manager.Rest.GetAsync(At("signing-requests?certificate=asked&state=open"))).Expect(200).Json["items"]!
            .AsArray()
            .ShouldBeEmpty();
        (await manager.Rest.GetAsync(At("signing-requests?certificate=asked&state=compromised"))).Expect(200).Json["items"]!
            .AsArray().Count
            .ShouldBe(1);
        ((string?)(await api.Get("asked"))["signingRequest"]).ShouldBe("none");
        (await manager.Rest.GetAsync(At("certificates/asked/signing-request"))).Status.ShouldBe(404);
        (await api.Upload("asked", ca.PemFor(leaf))).Code.ShouldBe("key-compromised");
        (await api.Upload("other-asked", ca.PemFor(leaf))).Code.ShouldBe("key-compromised");

        (await manager.Rest.PostAsync(At("certificates/asked/signing-request"), new JsonObject { ["key"] = "new" })).Expect(201);
        var next = ca.Sign(await api.Request("asked"));
        (await api.Upload("asked", ca.PemFor(next))).Expect(200);
        (await manager.Rest.DeleteAsync(At($"signing-requests/{own["id"]}"))).Expect(204);
        ((string?)(await manager.Rest.GetAsync(At($"signing-requests/{own["id"]}"))).Expect(200).Json["state"]).ShouldBe("cancelled");
        (await manager.Rest.DeleteAsync(At($"signing-requests/{own["id"]}"))).Code.ShouldBe("request-closed");
        (await manager.Rest.GetAsync(At("certificates/asked/versions/1"))).Expect(200).Json["hasPrivateKey"]!
            .GetValue<bool>()
            .ShouldBeTrue();
        (await manager.Rest.DeleteAsync(At("certificates/asked/versions/1"))).Expect(204);
        (await manager.Rest.GetAsync(At("certificates/asked/versions/1"))).Expect(200).Json["hasPrivateKey"]!
            .GetValue<bool>()
            .ShouldBeFalse();
        (await api.Upload("asked", ca.PemFor(leaf))).Code.ShouldBe("key-compromised");
    }

    [Fact]
    public async Task A_certificate_whose_key_is_compromised_elsewhere_says_so_and_is_not_copied()
    {
        (await manager.Rest.PutAsync(At("groups/copies"), new JsonObject())).Expect(200, 201);
        (await api.Create("shared", "mx.example.org")).Expect(201);
        var copy = new JsonObject { ["toLevel"] = "group:copies" };
        (await manager.Rest.PostAsync(At("certificates/shared/copy"), copy.DeepClone().AsObject())).Expect(201);
        (await Post("shared/versions/1/compromised")).Expect(200);

        var found = (await manager.Rest.GetAsync(At("findings?pageSize=500"))).Expect(200).Json["items"]!.AsArray()
            .Where(f => (string?)f!["code"] == "certificate-version-compromised" && (string?)f["name"] == "shared")
            .Select(f => (string?)f!["level"]);
        found.ShouldBe(["cluster", "group:copies"], ignoreOrder: true);
        foreach (var query in (string[])[string.Empty, "?level=group:copies"])
        {
            var shown = (await api.Get("shared", query))["findings"]!
                .AsArray()
                .Single(f => (string?)f!["code"] == "certificate-version-compromised")!;
            ((string?)shown["severity"], shown["muted"]).ShouldBe(("error", null));
        }

        copy["toLevel"] = "group:main";
        (await manager.Rest.PostAsync(At("certificates/shared/copy"), copy)).Code.ShouldBe("validation-failed");
    }

    [Fact]
    public async Task A_compromised_version_lists_who_holds_its_key()
    {
        var created = (await api.Create("held", "mx.example.org")).Expect(201);
        using var agent = await TestAgent.NewAsync(manager, "holder");
        await using var stream = await agent.ConnectAsync();
        await stream.WelcomeAsync();
        var own = OfMachine("holder");
        var bound = (await manager.Cluster.Singleton<OutboundSettings>()
            .PutAsync(new OutboundSettings { Certificate = "held" }, own)).Receipt.Revision;
        await Eventually.Is(
            async () => (await stream.TakeAsync()).Revision == (ulong)bound!, "the machine should have the revision that binds it");
        var key = ByteString.CopyFrom(Convert.FromHexString((string)created.Json["publicKeySha256"]!));
        (await stream.AskAsync([], [key])).Keys.ShouldHaveSingleItem();

        ((string?)(await Post("held/versions/1/compromised")).Expect(200).Json["heldBy"]!
            .AsArray()
            .ShouldHaveSingleItem()!["machine"]).ShouldBe("holder");
        ((string?)(await manager.Rest.GetAsync(
            At("certificates/held/usages"))).Expect(200).Json["heldBy"]![0]!["machine"]).ShouldBe("holder");
        await manager.Cluster.Singleton<OutboundSettings>().DeleteAsync(own);
    }

    [Fact]
    public async Task Only_an_unused_version_is_destroyed_and_its_number_is_not_used_again()
    {
        (await api.Create("gone", "mx.example.org")).Expect(201);
        (await manager.Rest.DeleteAsync(At("certificates/gone/versions/1"))).Code.ShouldBe("in-use");
        (await api.Import("gone", CertificateApi.Pkcs12(ca, "mx.example.org", "a"), "a")).Expect(200);
        var request = (await manager.Rest.GetAsync(At("certificates/gone/signing-request"))).Expect(200).Json["id"]!;
        (await manager.Rest.DeleteAsync(At($"signing-requests/{request}"))).Expect(204);
        (await manager.Rest.DeleteAsync(At("certificates/gone/versions/1"))).Expect(204);

        var versions = (await manager.Rest.GetAsync(At("certificates/gone/versions"))).Expect(200).Json["items"]!.AsArray();
        versions.Select(v => v!["version"]!.GetValue<int>()).ShouldBe([2, 1]);
        versions[1]!["destroyedAt"].ShouldNotBeNull();
        versions[1]!["hasPrivateKey"]!.GetValue<bool>().ShouldBeFalse();
        (await api.Import("gone", CertificateApi.Pkcs12(ca, "mx.example.org", "b"), "b")).Expect(200).Json["version"]!
            .GetValue<int>()
            .ShouldBe(3);
    }

    [Fact]
    public async Task Numbers_go_on_after_delete()
    {
        (await api.Create("again", "mx.example.org")).Expect(201);
        (await manager.Rest.DeleteAsync(At("certificates/again"))).Expect(204);
        (await api.Create("again", "mx.example.org")).Expect(201).Json["version"]!.GetValue<int>().ShouldBe(2);
    }

    [Fact]
    public async Task A_bound_certificate_is_not_deleted_and_its_usages_are_shown()
    {
        (await api.Create("bound", "mx.example.org")).Expect(201);
        await manager.AddMachineAsync("user", "bound-in", AllFeatures);
        (await manager.Rest.PutAsync(At("mail-flow-policies/bound"), new JsonObject { ["tls"] = "preferred" })).Expect(201);
        var listener = new JsonObject
        {
            ["type"] = "public",
            ["port"] = 2525,
            ["hostname"] = "other.example.org",
            ["certificate"] = "bound",
            ["defaultPolicy"] = "bound"
        };
        (await manager.Rest.PutAsync(At("listeners/bound-in"), listener)).Expect(201);

        var refused = await manager.Rest.DeleteAsync(At("certificates/bound"));
        (refused.Status, refused.Code).ShouldBe((409, "in-use"));
        var usages = (await manager.Rest.GetAsync(At("certificates/bound/usages"))).Expect(200).Json;
        ((string?)usages["bindings"]![0]!["kind"], (string?)usages["bindings"]![0]!["name"]).ShouldBe(("listeners", "bound-in"));
        usages["machines"]!.AsArray().Select(m => (string?)m!["name"]).ShouldContain("user");
        var codes = (await api.Get("bound"))["findings"]!.AsArray().Select(f => (string?)f!["code"]).ToList();
        codes.ShouldContain("name-mismatch");
    }

    [Fact]
    public async Task A_muted_warning_stays_listed()
    {
        (await api.Create("muted", "mx.example.org")).Expect(201);
        var muted = new JsonObject
        {
            ["mutedFindings"] = new JsonArray(
                new JsonObject
                {
                    ["code"] = "self-signed",
                    ["reason"] = "lab",
                    ["until"] = TimeProvider.System.GetUtcNow().AddDays(30).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'")
                })
        };
        var patched = (await manager.Rest.PatchAsync(At("certificates/muted"), muted)).Expect(200);
        patched.Json["findings"]!.AsArray().Single(f => (string?)f!["code"] == "self-signed")!["muted"]!.GetValue<bool>().ShouldBeTrue();
        patched.Json["version"]!.GetValue<int>().ShouldBe(1);
    }

    [Fact]
    public async Task Only_findings_that_exist_are_muted()
    {
        (await api.Create("muted-typo", "mx.example.org")).Expect(201);
        var refused = await Mute("muted-typo", "self-singed");
        refused.Status.ShouldBe(422);
        ((string?)refused.Json["errors"]![0]!["pointer"], (string?)refused.Json["errors"]![0]!["code"]).ShouldBe(
            ("/mutedFindings/0/code", "unknown"));
        foreach (var code in (string[])["self-signed", "certificate-unused", "untrusted-chain", "mx-name-mismatch", "mx-host-not-covered"])
            (await Mute("muted-typo", code)).Expect(200);
        var unused = (await manager.Rest.GetAsync(At("findings?name=muted-typo"))).Expect(200).Json["items"]!
            .AsArray()
            .Single(f => (string?)f!["code"] == "certificate-unused")!;
        unused["muted"].ShouldBeNull();
        (await Mute("muted-typo", "certificate-unused")).Expect(200);
        unused = (await manager.Rest.GetAsync(At("findings?name=muted-typo"))).Expect(200).Json["items"]!
            .AsArray()
            .Single(f => (string?)f!["code"] == "certificate-unused")!;
        unused["muted"]!.GetValue<bool>().ShouldBeTrue();
    }

    [Fact]
    public async Task Move_takes_all_versions_and_copy_the_current_one()
    {
        (await manager.Rest.PutAsync(At("groups/edge"), new JsonObject())).Expect(200, 201);
        (await api.Create("moving", "mx.example.org")).Expect(201);
        (await api.Import("moving", CertificateApi.Pkcs12(ca, "mx.example.org", "a"), "a")).Expect(200);
        var copied =
            (await manager.Rest.PostAsync(At("certificates/moving/copy"), new JsonObject { ["toLevel"] = "group:edge" })).Expect(201);
        (
            copied.Json["version"]!.GetValue<int>(),
            (string?)copied.Json["level"],
            (string?)copied.Json["source"]).ShouldBe((1, "group:edge", "imported"));
        copied.Json["hasPrivateKey"]!.GetValue<bool>().ShouldBeTrue();

        var moved =
            (await manager.Rest.PostAsync(At("certificates/moving/move"), new JsonObject { ["toLevel"] = "group:main" })).Expect(201);
        moved.Json["version"]!.GetValue<int>().ShouldBe(2);
        (await manager.Rest.GetAsync(At("certificates/moving"))).Status.ShouldBe(404);
        (await manager.Rest.GetAsync(At("certificates/moving/versions?level=group:main"))).Expect(200).Json["items"]!
            .AsArray().Count
            .ShouldBe(2);
        var leaf = ca.Sign(await api.Request("moving", "?level=group:main"));
        (await api.Upload("moving", ca.PemFor(leaf), "?level=group:main")).Expect(200).Json["version"]!.GetValue<int>().ShouldBe(3);
        ((string?)(await manager.Rest.GetAsync(At("certificates/moving?level=machine:none"))).Code).ShouldBe("not-found");
    }

    [Fact]
    public async Task Lists_show_every_level_in_pages()
    {
        (await api.Create("list-a", "a.example.org")).Expect(201);
        (await api.Create("list-b", "b.example.org")).Expect(201);
        var first = (await manager.Rest.GetAsync(At("certificates?level=*&pageSize=1"))).Expect(200).Json;
        first["items"]!.AsArray().Count.ShouldBe(1);
        first["nextPageToken"].ShouldNotBeNull();
        var all = (await manager.Rest.GetAsync(At("certificates?level=*&pageSize=500"))).Expect(200).Json["items"]!.AsArray();
        all.Select(c => (string?)c!["name"]).ShouldContain("list-b");
    }

    [Fact]
    public async Task An_old_tag_is_refused()
    {
        var created = (await api.Create("tagged", "mx.example.org")).Expect(201);
        (await manager.Rest.PatchAsync(
            At("certificates/tagged"),
            new JsonObject { ["labels"] = new JsonObject { ["a"] = "b" } },
            ("If-Match", created.Headers["ETag"]))).Expect(200);
        (await manager.Rest.PatchAsync(
            At("certificates/tagged"),
            new JsonObject { ["labels"] = new JsonObject { ["a"] = "c" } },
            ("If-Match", created.Headers["ETag"]))).Status.ShouldBe(412);
    }

    public void Dispose() => ca.Dispose();

    private Task<Cluster.Testing.Rest.RestAnswer> Mute(string name, string code) =>
        manager.Rest.PatchAsync(At($"certificates/{name}"), new JsonObject
        {
            ["mutedFindings"] = new JsonArray(
                new JsonObject
                {
                    ["code"] = code,
                    ["reason"] = "lab",
                    ["until"] = TimeProvider.System.GetUtcNow().AddDays(30).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'")
                }),
        });

    private async Task<JsonNode> RequestOf(string name) =>
        (await manager.Rest.GetAsync(At($"signing-requests?certificate={name}"))).Expect(200).Json["items"]!
            .AsArray()
            .ShouldHaveSingleItem()!;

    private Task<Cluster.Testing.Rest.RestAnswer> Post(string path) => manager.Rest.PostAsync(At($"certificates/{path}"));
}

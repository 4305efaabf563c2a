using System.Text.Json.Nodes;
using Cluster.Manager.Tests.Hosting;
using Cluster.Testing.Rest;
using Shouldly;
using Xunit;
using static Cluster.Manager.Tests.Hosting.TestManager;
using static Cluster.Manager.Tests.Settings.SettingsTests;

namespace Cluster.Manager.Tests.Revisions;

public sealed class RevisionTests(TestManager manager) : IClassFixture<TestManager>
{
    [Fact]
    public async Task A_rollback_is_a_new_revision_with_the_documents_of_then()
    {
        var good = await PutAsync("rollback", "required");
        await PutAsync("rollback", "none");
        await PutAsync("rollback-2", "none");

        var back = (await manager.Rest.PostAsync(At($"revisions/{good}/rollback"), new JsonObject())).Expect(201);

        back.Json["number"]!.GetValue<long>().ShouldBe(good + 3);
        (await ReadAsync("rollback")).ShouldBe("required");
        (await manager.Rest.GetAsync(At("destination-controls/rollback-2.example"))).Status.ShouldBe(404);
        (await manager.Rest.PostAsync(At($"revisions/{good}/rollback"))).Code.ShouldBe("nothing-to-commit");
        (await manager.Rest.PostAsync(At("revisions/99999/rollback"))).Status.ShouldBe(404);
    }

    [Fact]
    public async Task A_rollback_leaves_layers_of_machines_that_joined_later()
    {
        var good = await PutAsync("layers", "required");
        await manager.AddMachineAsync("later-1");
        (await manager.Rest.PutAsync(At("destination-controls/own.example?level=machine:later-1"), Tls("none"))).Expect(201);
        await PutAsync("layers", "none");

        (await manager.Rest.PostAsync(At($"revisions/{good}/rollback"))).Expect(201);

        (await manager.Rest.GetAsync(At("destination-controls/own.example?level=machine:later-1"))).Expect(200);
    }

    [Fact]
    public async Task An_undo_gives_back_the_items_of_one_revision_unless_a_later_one_touched_them()
    {
        await PutAsync("undo", "required");
        var undone = await PutAsync("undo", "none");
        await PutAsync("undo-other", "none");

        (await manager.Rest.PostAsync(At($"revisions/{undone}/undo"))).Expect(201);
        (await ReadAsync("undo")).ShouldBe("required");
        (await ReadAsync("undo-other")).ShouldBe("none");

        var again = await manager.Rest.PostAsync(At($"revisions/{undone}/undo"));
        again.Code.ShouldBe("changed-later");
        ((string)again.Json["conflicts"]![0]!["name"]!).ShouldBe("undo.example");
    }

    [Fact]
    public async Task Revisions_are_listed_newest_first_and_compared()
    {
        var first = await PutAsync("diff", "preferred");
        var second = await PutAsync("diff", "required");

        var list = (await manager.Rest.GetAsync(At("revisions?pageSize=1"))).Expect(200).Json;
        list["items"]![0]!["number"]!.GetValue<long>().ShouldBe(second);
        (await manager.Rest.GetAsync(At($"revisions?pageSize=1&pageToken={(string)list["nextPageToken"]!}"))).Json["items"]![0]!["number"]!.GetValue<long>().ShouldBe(first);
        var change = (await manager.Rest.GetAsync(At($"revisions/{second}/diff"))).Expect(200).Json["changes"]!.AsArray().ShouldHaveSingleItem()!;
        ((string)change["before"]!["tls"]!, (string)change["after"]!["tls"]!).ShouldBe(("preferred", "required"));
        (await manager.Rest.GetAsync(At($"revisions/{first}/diff?from={second}"))).Json["changes"]![0]!["fields"]!.AsArray().Select(f => (string)f!).ShouldBe(["/tls"]);
        (await manager.Rest.GetAsync(At($"revisions/{second}"))).Expect(200).Json["author"]!.GetValue<string>().ShouldNotBeEmpty();
    }

    [Fact]
    public async Task What_needs_no_confirmation_cannot_be_confirmed()
    {
        var revision = await PutAsync("confirm", "preferred");

        (await manager.Rest.PostAsync(At($"revisions/{revision}/confirm"))).Code.ShouldBe("not-awaiting-confirmation");
    }

    [Fact]
    public async Task Effective_explains_where_each_value_comes_from()
    {
        await manager.AddMachineAsync("explain-1", "explain");
        await PutAsync("explain", "preferred");
        (await manager.Rest.PutAsync(At("destination-controls/explain.example?level=machine:explain-1"), Tls("required"))).Expect(201);

        var plain = (await manager.Rest.GetAsync(At("machines/explain-1/effective"))).Expect(200);
        plain.Headers["ETag"].ShouldBe($"\"{(string)plain.Json["bundle"]!}\"");
        var item = (await manager.Rest.GetAsync(At("machines/explain-1/effective?explain=true"))).Expect(200).Json["items"]!.AsArray()
            .Single(i => (string)i!["name"]! == "explain.example")!;
        ((string)item["value"]!["tls"]!).ShouldBe("required");
        ((string)item["origin"]!["level"]!).ShouldBe("machine:explain-1");
        ((string)item["overrides"]![0]!["level"]!).ShouldBe("cluster");
        (await manager.Rest.GetAsync(At("machines/nobody/effective"))).Status.ShouldBe(404);
    }

    [Fact]
    public async Task Findings_are_listed_and_filtered()
    {
        (await manager.Rest.PutAsync(At("mail-flow-policies/findings"), Tls("off"))).Expect(201);
        (await manager.Rest.PutAsync(At("listeners/findings"), Listener("findings"))).Expect(201);

        var found = (await manager.Rest.GetAsync(At("findings?severity=warning&name=findings"))).Expect(200);
        found.Json["items"]!.AsArray().Select(f => (string)f!["code"]!).ShouldBe(["listener-not-hosted"]);
        found.Headers["Cache-Control"].ShouldBe("no-store");
        (await manager.Rest.GetAsync(At("findings?severity=loud"))).Status.ShouldBe(422);
        (await manager.Rest.GetAsync(At("drift"))).Expect(200).Json["items"]!.AsArray().ShouldBeEmpty();
    }

    private async Task<long> PutAsync(string name, string tls) =>
        long.Parse((await manager.Rest.PutAsync(At($"destination-controls/{name}.example?acknowledge=tls-mode-lowered"), Tls(tls))).Expect(200, 201).Headers["Cluster-Revision"]);

    private async Task<string> ReadAsync(string name) => (string)(await manager.Rest.GetAsync(At($"destination-controls/{name}.example"))).Expect(200).Json["tls"]!;
}

using System.Text.Json.Nodes;
using Cluster.Manager.Tests.Hosting;
using Shouldly;
using Xunit;
using static Cluster.Manager.Tests.Hosting.TestManager;

namespace Cluster.Manager.Tests.Groups;

public sealed class GroupTests(TestManager manager) : IClassFixture<TestManager>
{
    [Fact]
    public async Task Making_a_group_is_a_revision()
    {
        var made = (await manager.Rest.PutAsync(At("groups/edge"), Described("MX hosts"))).Expect(201);

        made.Headers.ContainsKey("Cluster-Revision").ShouldBeTrue();
        var read = (await manager.Rest.GetAsync(At("groups/edge"))).Expect(200);
        ((string?)read.Json["description"]).ShouldBe("MX hosts");
        read.Headers["ETag"].ShouldBe(made.Headers["ETag"]);
        (await manager.Rest.PutAsync(At("groups/edge"), Described("MX hosts"))).Expect(200).Headers["Cluster-Revision"].ShouldBe(
            made.Headers["Cluster-Revision"]);
    }

    [Fact]
    public async Task A_staged_group_exists_only_in_its_change_set_until_the_commit()
    {
        var id =
            (string)(await manager.Rest.PostAsync(At("change-sets"), new JsonObject { ["description"] = "x" })).Expect(201).Json["id"]!;
        (await manager.Rest.PutAsync(At("groups/staged"), Described("s"), ("Change-Set", id))).Expect(201);

        (await manager.Rest.GetAsync(At("groups/staged"))).Expect(404);
        (await manager.Rest.GetAsync(At("groups/staged"), ("Change-Set", id))).Expect(200);
        (await manager.Rest.PutAsync(At("groups/staged"), Described("t"), ("Change-Set", id))).Expect(200);
        (await manager.Rest.PostAsync(At($"change-sets/{id}/commit"), new JsonObject { ["comment"] = "c" })).Expect(201);
        ((string?)(await manager.Rest.GetAsync(At("groups/staged"))).Expect(200).Json["description"]).ShouldBe("t");
    }

    [Fact]
    public async Task A_group_with_machines_needs_a_place_for_them()
    {
        (await manager.Rest.PutAsync(At("groups/leaving"), new JsonObject())).Expect(201);
        (await manager.Rest.PostAsync(At("machines"), new JsonObject { ["name"] = "mover.example", ["group"] = "leaving" })).Expect(201);

        var refused = (await manager.Rest.DeleteAsync(At("groups/leaving"))).Expect(409);
        refused.Code.ShouldBe("group-in-use");
        (await manager.Rest.DeleteAsync(At("groups/leaving?moveMachinesTo=nowhere"))).Expect(422)
            .Text.ShouldContain("there is no group 'nowhere'");
        (await manager.Rest.DeleteAsync(At("groups/leaving?moveMachinesTo=leaving"))).Expect(422).Text.ShouldContain("another group");
        (await manager.Rest.DeleteAsync(At("groups/leaving?moveMachinesTo=main"))).Expect(204);
        ((string?)(await manager.Rest.GetAsync(At("machines/mover.example"))).Expect(200).Json["group"]).ShouldBe("main");
        (await manager.Rest.GetAsync(At("groups/leaving"))).Expect(404);
    }

    [Fact]
    public async Task A_group_is_renamed_at_once_and_keeps_its_id_and_layer()
    {
        var made = (await manager.Rest.PutAsync(At("groups/old"), new JsonObject())).Expect(201);
        (await manager.Rest.PutAsync(At("mail-flow-policies/p?level=group:old"), new JsonObject { ["tls"] = "off" })).Expect(201);

        var renamed = (await manager.Rest.PatchAsync(At("groups/old"), new JsonObject { ["name"] = "new" })).Expect(200);

        ((string?)renamed.Json["id"]).ShouldBe((string?)made.Json["id"]);
        (await manager.Rest.GetAsync(At("mail-flow-policies/p?level=group:new"))).Expect(200);
        (await manager.Rest.PatchAsync(At("groups/new"), new JsonObject { ["name"] = "main" })).Expect(409);
    }

    private static JsonObject Described(string text) => new() { ["description"] = text };
}

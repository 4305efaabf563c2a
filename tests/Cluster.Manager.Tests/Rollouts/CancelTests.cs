using System.Text;
using System.Text.Json.Nodes;
using Cluster.Manager.Tests.Hosting;
using Cluster.Testing;
using Cluster.Testing.Authorities;
using Shouldly;
using Xunit;
using static Cluster.Manager.Tests.Hosting.TestManager;

namespace Cluster.Manager.Tests.Rollouts;

public sealed class CancelTests(TestManager manager) : IClassFixture<TestManager>
{
    [Fact]
    public async Task Only_the_newest_revision_is_taken_back_by_its_rollout()
    {
        var old = await PutAsync("older");
        await SucceededAsync(old);
        var newest = await PutAsync("newest");

        var refused = await manager.Rest.PostAsync(At($"rollouts/{await RolloutAsync(old)}/rollback"));
        (refused.Status, refused.Code).ShouldBe((409, "rollout-not-newest"));
        refused.Text.ShouldContain($"POST revisions/{old - 1}/rollback");
        (await manager.Rest.GetAsync(At("mail-flow-policies/newest"))).Expect(200);

        (await manager.Rest.PostAsync(At($"rollouts/{await RolloutAsync(newest)}/rollback"))).Expect(200);
        (await manager.Rest.GetAsync(At("mail-flow-policies/newest"))).Status.ShouldBe(404);
        (await manager.Rest.GetAsync(At("mail-flow-policies/older"))).Expect(200);
    }

    [Fact]
    public async Task What_has_succeeded_is_taken_back_only_to_what_is_valid()
    {
        (await manager.Rest.PostAsync(
            At("certificates"),
            new JsonObject
            {
                ["name"] = "lost",
                ["dnsNames"] = new JsonArray("lost.example.org"),
                ["key"] = new JsonObject { ["algorithm"] = "ec" }
            })).Expect(201);
        using var authority = new TestCa();
        var request =
            (await manager.Rest.GetAsync(At("certificates/lost/signing-request"), ("Accept", "application/x-pem-file"))).Expect(200).Text;
        var pem = new StringContent(authority.PemFor(authority.Sign(request)), Encoding.ASCII, "application/x-pem-file");
        (await manager.Rest.SendAsync(HttpMethod.Put, At("certificates/lost/signed-certificate"), pem)).Expect(200, 201);
        (await manager.Rest.PostAsync(At("certificates/lost/versions/1/compromised"))).Expect(200);
        var newest = (await manager.Rest.GetAsync(At("revisions?pageSize=1"))).Expect(200).Json["items"]![0]!["number"]!.GetValue<long>();
        var rollout = await SucceededAsync(newest);

        var refused = await manager.Rest.PostAsync(At($"rollouts/{rollout}/rollback"));

        (refused.Status, refused.Code).ShouldBe((422, "validation-failed"));
        (await manager.Rest.GetAsync(At("certificates/lost"))).Expect(200).Json["version"]!.GetValue<int>().ShouldBe(2);
        ((string)(await manager.Rest.GetAsync(At($"rollouts/{rollout}"))).Expect(200).Json["state"]!).ShouldBe("succeeded");
    }

    [Fact]
    public async Task An_unconfirmed_rollout_is_confirmed_or_taken_back_and_never_just_left()
    {
        var set = (string)(await manager.Rest.PostAsync(At("change-sets"), new JsonObject())).Expect(201).Json["id"]!;
        (await manager.Rest.PutAsync(
            At("mail-flow-policies/unconfirmed"), new JsonObject { ["tls"] = "required" }, ("Change-Set", set))).Expect(
            200, 201);
        var committed = (await manager.Rest.PostAsync(
            At($"change-sets/{set}/commit"), new JsonObject { ["comment"] = "try it", ["confirmWithin"] = "1h" })).Expect(
            200, 201);
        var revision = committed.Json["number"]!.GetValue<long>();
        var rollout = await StartedAsync(revision);

        var refused = await manager.Rest.PostAsync(At($"rollouts/{rollout}/cancel"), new JsonObject { ["then"] = "hold" });

        (refused.Status, refused.Code).ShouldBe((409, "confirmation-pending"));
        refused.Text.ShouldContain($"POST revisions/{revision}/confirm");
        (await manager.Rest.PostAsync(At($"rollouts/{rollout}/rollback"))).Expect(200);
        (await manager.Rest.GetAsync(At("mail-flow-policies/unconfirmed"))).Status.ShouldBe(404);
    }

    private async Task<long> PutAsync(string name) =>
        long.Parse(
            (await manager.Rest.PutAsync(
                At($"mail-flow-policies/{name}"), new JsonObject { ["tls"] = "required" })).Expect(201).Headers["Cluster-Revision"]);

    private async Task<string> RolloutAsync(long revision) =>
        (string)(await manager.Rest.GetAsync(At($"revisions/{revision}"))).Expect(200).Json["rollout"]!;

    private async Task<string> StartedAsync(long revision)
    {
        var rollout = await RolloutAsync(revision);
        await Eventually.Is(
            async () => (await manager.Rest.GetAsync(At($"rollouts/{rollout}"))).Expect(200).Json["confirmDeadline"] is not null,
            "the rollout started");
        return rollout;
    }

    private async Task<string> SucceededAsync(long revision)
    {
        var rollout = await RolloutAsync(revision);
        await Eventually.Is(
            async () => (string?)(await manager.Rest.GetAsync(At($"rollouts/{rollout}"))).Expect(200).Json["state"] == "succeeded",
            "the rollout succeeded");
        return rollout;
    }
}

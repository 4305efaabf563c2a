using System.Text.Json.Nodes;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Cluster.Manager.Tests.Access;

public sealed class RefusalTests(TestManager manager) : IClassFixture<TestManager>
{
    [Fact]
    public async Task Refusals_are_audited_folded_by_address_and_caller()
    {
        using var nobody = manager.RestWith("cluster_guess");
        using var viewer = await manager.RestAsAsync("viewer");
        for (var i = 0; i < 5; i++) (await nobody.GetAsync("/clusters")).Expect(401);
        (await viewer.DeleteAsync("/clusters/mail")).Expect(403);

        await manager.Services.GetRequiredService<RefusalAudit>().FlushAsync(TestContext.Current.CancellationToken);

        var events = (await manager.Rest.GetAsync("/audit?action=access.refused")).Expect(200).Json["items"]!.AsArray();
        var guessed = events.Single(e => (string)e!["actor"]! == "anonymous")!;
        ((string?)guessed["target"]).ShouldBe("127.0.0.1");
        ((int)guessed["detail"]!["count"]!).ShouldBe(5);
        ((int)events.Single(e => (string)e!["actor"]! == "viewer-mail")!["detail"]!["status"]!).ShouldBe(403);
    }

    [Fact]
    public async Task What_a_caller_sends_by_mistake_is_neither_echoed_nor_logged()
    {
        const string Secret = "correct-horse-battery-staple";

        var answers = new[]
        {
            await manager.Rest.PostAsync(TestManager.At("certificates"), new JsonObject { ["name"] = "x", ["password"] = Secret }),
            await manager.Rest.PostAsync(
                TestManager.At("certificates/x/import"), new JsonObject { ["data"] = "AAAA", ["password"] = Secret }),
            await manager.Rest.PostAsync(
                TestManager.At("certificates/x/export"), new JsonObject { ["password"] = Secret, ["profile"] = "nothing" }),
        };

        foreach (var answer in answers)
        {
            answer.Status.ShouldBeInRange(400, 499);
            answer.Text.ShouldNotContain(Secret);
        }

        manager.Log.Text.ShouldNotContain(Secret);
    }
}

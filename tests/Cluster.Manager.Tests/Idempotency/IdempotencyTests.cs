using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Cluster.Manager.Tests.Hosting;
using Cluster.Storage.Secrets;
using Cluster.Storage.Units;
using Cluster.Testing.Rest;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Cluster.Manager.Tests.Idempotency;

public sealed class IdempotencyTests(TestManager manager) : IClassFixture<TestManager>
{
    [Fact]
    public async Task A_repeat_gets_the_first_answer_and_does_nothing()
    {
        var key = NewKey();
        var first = (await PostAsync("/clusters", Named("repeat"), key)).Expect(201);
        var second = (await PostAsync("/clusters", Named("repeat"), key)).Expect(201);

        second.Text.ShouldBe(first.Text);
        second.Headers["ETag"].ShouldBe(first.Headers["ETag"]);
        second.Headers["Location"].ShouldBe(first.Headers["Location"]);
        second.Headers["Idempotent-Replay"].ShouldBe("true");
        (await PostAsync("/clusters", Named("repeat"), NewKey())).Status.ShouldBe(409);
    }

    [Fact]
    public async Task Another_body_under_the_same_key_is_refused()
    {
        var key = NewKey();
        (await PostAsync("/clusters", Named("one-body"), key)).Expect(201);
        var other = await PostAsync("/clusters", Named("other-body"), key);

        other.Status.ShouldBe(422);
        ((string)other.Json["code"]!).ShouldBe("idempotency-key-reused");
    }

    [Fact]
    public async Task Repeats_that_come_meanwhile_wait_and_get_the_answer()
    {
        var key = NewKey();
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => PostAsync("/clusters", Named("meanwhile"), key)));

        answers.ShouldAllBe(a => a.Status == 201);
        answers.Select(a => a.Text).Distinct().Count().ShouldBe(1);
        answers.Count(a => !a.Headers.ContainsKey("Idempotent-Replay")).ShouldBe(1);
    }

    [Fact]
    public async Task A_failure_is_not_kept_and_the_key_may_be_used_again()
    {
        var key = NewKey();
        (await PostAsync("/clusters", Named("NOT A NAME"), key)).Status.ShouldBe(422);
        (await PostAsync("/clusters", Named("a-name"), key)).Status.ShouldBe(201);
    }

    [Fact]
    public async Task A_dry_run_records_nothing()
    {
        var key = NewKey();
        (await PostAsync("/clusters?dryRun=true", Named("dry"), key)).Expect(201);
        (await PostAsync("/clusters", Named("dry"), key)).Expect(201);
    }

    [Fact]
    public async Task A_secret_in_an_answer_is_stored_sealed()
    {
        var key = NewKey();
        var body = new JsonObject { ["ttl"] = "1h" };
        var first = (await PostAsync(TestManager.At("join-tokens"), body, key)).Expect(201);
        var token = (string)first.Json["token"]!;
        ((string)(await PostAsync(TestManager.At("join-tokens"), body, key)).Expect(201).Json["token"]!).ShouldBe(token);

        var kept = await manager.Services.GetRequiredService<ClusterDatabase>()
            .ReadAsync((db, ct) => db.IdempotencyRecords.Select(r => r.SealedAnswer).ToListAsync(ct), default);
        kept.ShouldNotBeEmpty();
        kept.Where(k => k.Length > 0).ShouldAllBe(k => !System.Text.Encoding.Latin1.GetString(k).Contains(token));
    }

    [Theory]
    [InlineData("")]
    [InlineData("with space")]
    [InlineData("256")]
    public async Task A_key_that_is_none_is_refused(string key)
    {
        var answer = await PostAsync("/clusters", Named("no-key"), key == "256" ? new string('k', 256) : key);
        answer.Status.ShouldBe(422);
        ((string)answer.Json["code"]!).ShouldBe("invalid-idempotency-key");
    }

    private static string NewKey() => Guid.NewGuid().ToString();

    private static JsonObject Named(string name) => new() { ["name"] = name };

    private Task<RestAnswer> PostAsync(string path, JsonObject body, string key) =>
        manager.Rest.SendAsync(HttpMethod.Post, path, JsonContent.Create(body), ("Idempotency-Key", key));
}

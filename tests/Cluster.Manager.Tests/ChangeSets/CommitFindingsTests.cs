using System.Text.Json.Nodes;
using Cluster.Contracts.Findings;
using Cluster.Manager.Features.Revisions;
using Cluster.Manager.Tests.Certificates;
using Cluster.Manager.Tests.Hosting;
using Cluster.Storage.Configuration;
using Cluster.Testing.Rest;
using Shouldly;
using Xunit;
using static Cluster.Manager.Tests.Hosting.TestManager;

namespace Cluster.Manager.Tests.ChangeSets;

/// <summary>The answer that made a revision says what is found in it.</summary>
public sealed class CommitFindingsTests(TestManager manager) : IClassFixture<TestManager>
{
    [Fact]
    public async Task A_commit_answers_with_what_validate_said_and_the_list_shows()
    {
        (await new CertificateApi(manager).Create("committed", "mx.example.test")).Expect(201);
        var id = await StagedAsync("committed-1");
        var validated = Ids((await manager.Rest.PostAsync(At($"change-sets/{id}/validate"))).Expect(200));
        var committed = await CommitAsync(id);

        validated.ShouldNotBeEmpty();
        Ids(committed).ShouldBe(validated);
        Ids(committed).ShouldBe(
            [
                .. (await manager.Rest.GetAsync(At("findings?pageSize=500"))).Expect(200).Json["items"]!
                    .AsArray()
                    .Select(f => (string)f!["id"]!)
            ]);
        committed.Json.AsObject().ContainsKey("moreFindings").ShouldBeFalse();
        (await manager.Rest.GetAsync(At($"revisions/{committed.Json["number"]}")))
            .Expect(200).Json
            .AsObject()
            .ContainsKey("findings")
            .ShouldBeFalse();

        var undone = (await manager.Rest.PostAsync(At($"revisions/{committed.Json["number"]}/undo"))).Expect(201);
        Codes(undone).ShouldContain("certificate-unused");
        Codes(undone).ShouldNotContain("listener-not-hosted");
    }

    [Fact]
    public async Task A_repeat_gets_the_findings_of_the_first_answer()
    {
        (await new CertificateApi(manager).Create("repeated", "mx.example.test")).Expect(201);
        var id = await StagedAsync("repeated-1");
        var key = Guid.NewGuid().ToString();
        var first = await CommitAsync(id, key);
        (await manager.Rest.DeleteAsync(At("listeners/repeated-1"))).Expect(204);
        var second = await CommitAsync(id, key);

        second.Headers["Idempotent-Replay"].ShouldBe("true");
        second.Text.ShouldBe(first.Text);
        Codes(second).ShouldContain("listener-not-hosted");
    }

    [Fact]
    public void Of_very_many_the_first_are_named_and_the_others_counted()
    {
        var row = new RevisionRow(
            new RevisionRecord
            {
                ClusterId = Guid.NewGuid(),
                Number = 1,
                Epoch = 1,
                Author = "a",
                At = default,
                Comment = string.Empty,
                Changes = 1
            },
            null);
        var findings = Enumerable.Range(0, 512).Select(n => new Finding
        {
            Id = $"{n}", Code = "x", Severity = FindingSeverity.Warning, Level = "cluster", Kind = "certificates",
            Name = "x", Message = "x", Hint = "x",
        }).ToList();

        var shown = RevisionResponse.Show(row, findings);

        shown.Findings!.Count.ShouldBe(500);
        shown.Findings[0].Id.ShouldBe("0");
        shown.MoreFindings.ShouldBe(12);
    }

    private async Task<string> StagedAsync(string listener)
    {
        var id =
            (string)(await manager.Rest.PostAsync(At("change-sets"), new JsonObject { ["description"] = "test" })).Expect(201).Json["id"]!;
        (await manager.Rest.PutAsync(
            At("mail-flow-policies/committed"), new JsonObject { ["tls"] = "preferred" }, ("Change-Set", id))).Expect(
            200, 201);
        (await manager.Rest.PutAsync(At($"listeners/{listener}"), new JsonObject
        {
            ["type"] = "public", ["port"] = 25, ["hostname"] = "mx.example.test", ["certificate"] = listener[..^2],
            ["defaultPolicy"] = "committed",
        }, ("Change-Set", id))).Expect(201);
        return id;
    }

    private async Task<RestAnswer> CommitAsync(string id, string? key = null) =>
        (await manager.Rest.PostAsync(
            At($"change-sets/{id}/commit"),
            new JsonObject { ["comment"] = "test" },
            key is null ? [] : [("Idempotency-Key", key)])).Expect(201);

    private static List<string> Ids(RestAnswer answer) => [.. answer.Json["findings"]!.AsArray().Select(f => (string)f!["id"]!)];

    private static List<string> Codes(RestAnswer answer) => [.. answer.Json["findings"]!.AsArray().Select(f => (string)f!["code"]!)];
}

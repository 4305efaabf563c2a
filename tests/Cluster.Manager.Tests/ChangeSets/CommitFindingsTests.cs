using System.Text.Json.Nodes;
using Cluster.Contracts.Findings;
using Cluster.Contracts.Revisions;
using Cluster.Contracts.Settings;
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
        await manager.Cluster.Certificates.MakeAsync("committed", "mx.example.test");
        var id = await StagedAsync("committed-1");
        var validated = Ids((await manager.Cluster.ChangeSets.ValidateAsync(id)).Findings);
        var committed = await manager.Cluster.ChangeSets.CommitAsync(id, new CommitRequest { Comment = "test" });
        committed.Receipt.Created.ShouldBeTrue();
        var revision = committed.Value.ShouldNotBeNull();

        validated.ShouldNotBeEmpty();
        Ids(revision.Findings).ShouldBe(validated);
        Ids(revision.Findings).ShouldBe(Ids(await manager.Cluster.Findings.ListAsync().ToListAsync()));
        revision.MoreFindings.ShouldBeNull();
        (await manager.Rest.GetAsync(At($"revisions/{revision.Number}")))
            .Expect(200).Json
            .AsObject()
            .ContainsKey("findings")
            .ShouldBeFalse();

        var undone = await manager.Cluster.Revisions.UndoAsync(revision.Number);
        undone.Receipt.Created.ShouldBeTrue();
        Codes(undone.Value!.Findings).ShouldContain("certificate-unused");
        Codes(undone.Value.Findings).ShouldNotContain("listener-not-hosted");
    }

    /// <summary>The repeat is the same text.</summary>
    [Fact]
    public async Task A_repeat_gets_the_findings_of_the_first_answer()
    {
        await manager.Cluster.Certificates.MakeAsync("repeated", "mx.example.test");
        var id = await StagedAsync("repeated-1");
        var key = Guid.NewGuid().ToString();
        var first = await CommitAsync(id, key);
        await manager.Cluster.Settings<Listener>().DeleteAsync("repeated-1");
        var second = await CommitAsync(id, key);

        second.Headers["Idempotent-Replay"].ShouldBe("true");
        second.Text.ShouldBe(first.Text);
        second.Json["findings"]!.AsArray().Select(f => (string?)f!["code"]).ShouldContain("listener-not-hosted");
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
                Comment = "",
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

    private async Task<Guid> StagedAsync(string listener)
    {
        var id = (await manager.Cluster.ChangeSets.OpenAsync("test")).Value.Id;
        var staged = manager.Cluster.InChangeSet(id);
        await staged.Settings<MailFlowPolicy>().PutAsync("committed", new MailFlowPolicy { Tls = PolicyTls.Preferred });
        await staged.Settings<Listener>().PutAsync(listener, new Listener
        {
            Type = ListenerType.Public,
            Port = 25,
            Hostname = "mx.example.test",
            Certificate = listener[..^2],
            DefaultPolicy = "committed",
        });
        return id;
    }

    private async Task<RestAnswer> CommitAsync(Guid id, string key) =>
        (await manager.Rest.PostAsync(
            At($"change-sets/{id}/commit"), new JsonObject { ["comment"] = "test" }, ("Idempotency-Key", key))).Expect(201);

    private static List<string> Ids(IReadOnlyList<Finding>? findings) =>
        [.. findings.ShouldNotBeNull().Select(f => f.Id.ShouldNotBeNull())];

    private static List<string> Codes(IReadOnlyList<Finding>? findings) => [.. findings.ShouldNotBeNull().Select(f => f.Code)];
}

using Cluster.Client.Problems;
using Cluster.Client.Settings;
using Cluster.Client.Values;
using Cluster.Contracts.ChangeSets;
using Cluster.Contracts.Problems;
using Cluster.Contracts.Revisions;
using Cluster.Contracts.Settings;
using Cluster.Testing.Fleets;
using Shouldly;
using Xunit;

namespace Cluster.EndToEnd.Tests;

/// <summary>Two people edit the same thing: the second learns of it, with both versions, and nothing is half done.</summary>
public sealed class ConflictTests(SharedFleet shared) : IClassFixture<SharedFleet>
{
    private Fleet Fleet => shared.Fleet;

    private SettingsClient<DestinationControl> Destinations => Fleet.Cluster.Settings<DestinationControl>();

    [Fact]
    public async Task The_second_commit_that_touches_an_item_is_refused_until_it_is_resolved()
    {
        await Fleet.CommitAsync(Edit.Put("a.example.test", Tls(DestinationTls.Preferred)));
        var mine = await Fleet.StageAsync(
            Edit.Put("a.example.test", Tls(DestinationTls.Required)), Edit.Put("b.example.test", Tls(DestinationTls.None)));
        var theirs = await Fleet.StageAsync(Edit.Put("a.example.test", Tls(DestinationTls.None)));
        await Fleet.CommitStagedAsync(theirs);

        var refused = await Should.ThrowAsync<ProblemException>(() => CommitAsync(mine));

        refused.Code.ShouldBe(ProblemCodes.Conflict);
        var conflict = refused.Problem.Conflicts.ShouldNotBeNull().ShouldHaveSingleItem();
        conflict.Name.ShouldBe("a.example.test");
        conflict.Mine!.Value.GetProperty("tls").GetString().ShouldBe("required");
        conflict.Theirs!.Value.GetProperty("tls").GetString().ShouldBe("none");
        (await Should.ThrowAsync<ProblemException>(() => TlsOfAsync("b.example.test")))
            .Code.ShouldBe(ProblemCodes.NotFound, "all or nothing");

        var decision = new ResolveItem
        {
            Level = "cluster",
            Kind = DestinationControl.Kind,
            Name = "a.example.test",
            Take = ResolveTake.Mine,
        };
        await Fleet.Cluster.ChangeSets.ResolveAsync(mine, new ResolveRequest { Items = [decision] });
        await Fleet.CommitStagedAsync(mine);
        (await TlsOfAsync("a.example.test")).ShouldBe(DestinationTls.Required);
        (await TlsOfAsync("b.example.test")).ShouldBe(DestinationTls.None);
    }

    [Fact]
    public async Task A_write_over_a_state_that_is_no_longer_there_is_refused()
    {
        await Fleet.CommitAsync(Edit.Put("w.example.test", Tls(DestinationTls.Preferred)));
        var seen = (await Destinations.GetAsync("w.example.test")).ETag;
        await ReplaceAsync("w.example.test", DestinationTls.Required, seen);

        (await Should.ThrowAsync<ProblemException>(() => ReplaceAsync("w.example.test", DestinationTls.None, seen)))
            .Code.ShouldBe(ProblemCodes.ChangedMeanwhile);
    }

    [Fact]
    public async Task Of_commits_of_one_item_at_once_one_wins_whole_and_the_others_learn_of_it()
    {
        await Fleet.CommitAsync(Edit.Put("many.example.test", Tls(DestinationTls.Preferred)));
        var revision = await Fleet.RevisionAsync();
        var changes = new List<Guid>();
        for (var i = 0; i < 8; i++)
        {
            changes.Add(
                await Fleet.StageAsync(
                    Edit.Put("many.example.test", Tls(DestinationTls.Required) with { AlertOnFailure = i % 2 == 0 }),
                    Edit.Put($"own{i}.example.test", Tls(DestinationTls.None))));
        }

        var refusals = await Task.WhenAll(changes.Select(c => RefusalAsync(() => CommitAsync(c))));

        var won = Array.FindIndex(refusals, r => r is null);
        won.ShouldBeGreaterThanOrEqualTo(0, string.Join('\n', refusals.Select(r => r?.Message)));
        for (var i = 0; i < refusals.Length; i++)
        {
            var own = await RefusalAsync(() => TlsOfAsync($"own{i}.example.test"));
            var state = (await Fleet.Cluster.ChangeSets.GetAsync(changes[i])).Value.State;
            (string?, string?, ChangeSetState) expected =
                i == won ? (null, null, ChangeSetState.Committed) : (ProblemCodes.Conflict, ProblemCodes.NotFound, ChangeSetState.Open);
            (refusals[i]?.Code, own?.Code, state).ShouldBe(expected);
            if (i == won) continue;
            refusals[i].ShouldNotBeNull().Problem.Conflicts.ShouldNotBeNull().ShouldHaveSingleItem().Name.ShouldBe("many.example.test");
        }

        (await Fleet.RevisionAsync()).ShouldBe(revision + 1);
        (await Destinations.GetAsync("many.example.test")).Value.Document!.AlertOnFailure.ShouldBe(won % 2 == 0);
    }

    [Fact]
    public async Task Of_direct_writes_over_one_state_at_once_one_wins()
    {
        await Fleet.CommitAsync(Edit.Put("direct.example.test", Tls(DestinationTls.Preferred)));
        var seen = (await Destinations.GetAsync("direct.example.test")).ETag;
        var revision = await Fleet.RevisionAsync();
        DestinationTls[] modes =
        [
            DestinationTls.Required, DestinationTls.RequiredVerify, DestinationTls.PreferredVerify,
            DestinationTls.RequiredVerifyHostedDomains,
        ];

        var refusals = await Task.WhenAll(modes.Select(m => RefusalAsync(() => ReplaceAsync("direct.example.test", m, seen))));

        var won = Array.FindIndex(refusals, r => r is null);
        refusals.Where((_, i) => i != won).Select(r => r?.Code).ShouldBe(Enumerable.Repeat(ProblemCodes.ChangedMeanwhile, 3));
        (await TlsOfAsync("direct.example.test")).ShouldBe(modes[won]);
        (await Fleet.RevisionAsync()).ShouldBe(revision + 1);
    }

    private static DestinationControl Tls(DestinationTls mode) => new() { Tls = mode };

    private async Task CommitAsync(Guid change) =>
        (await Fleet.Cluster.ChangeSets.CommitAsync(change, new CommitRequest { Comment = "mine" })).Receipt.Created.ShouldBeTrue();

    private async Task ReplaceAsync(string domain, DestinationTls mode, string? seen)
    {
        seen.ShouldNotBeNull();
        (await Destinations.PutAsync(domain, Tls(mode), new WriteOptions { IfMatch = seen })).Receipt.Created.ShouldBeFalse();
    }

    private async Task<DestinationTls> TlsOfAsync(string domain) => (await Destinations.GetAsync(domain)).Value.Document!.Tls;

    // Null = it was not refused.
    private static async Task<ProblemException?> RefusalAsync(Func<Task> request)
    {
        try
        {
            await request();
            return null;
        }
        catch (ProblemException e)
        {
            return e;
        }
    }
}

using Cluster.Storage.Audit;
using Cluster.Storage.Tests.Databases;
using Microsoft.EntityFrameworkCore;
using Shouldly;
using Xunit;

namespace Cluster.Storage.Tests.Audit;

/// <summary>What every database promises about audit chains.</summary>
public abstract class AuditContract(TestDatabase database)
{
    private static CancellationToken Ct => TestDatabase.Ct;

    [Fact]
    public async Task A_chain_holds_also_with_parallel_writers()
    {
        var cluster = await database.AddClusterAsync();
        await Task.WhenAll(Enumerable.Range(0, 6).Select(async _ =>
        {
            for (var i = 0; i < 5; i++) await AppendAsync(cluster.Id, 2);
        }));

        var verdict = await VerifyAsync(cluster.Id);

        verdict.ShouldSatisfyAllConditions(v => v.BrokenAt.ShouldBeNull(v.Problem), v => v.Head.Sequence.ShouldBe(60));
    }

    [Fact]
    public async Task The_installation_has_a_chain_of_its_own()
    {
        var before = (await VerifyAsync(null)).Head.Sequence;
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => AppendAsync(null, 1)));

        (await VerifyAsync(null)).ShouldSatisfyAllConditions(
            v => v.BrokenAt.ShouldBeNull(v.Problem), v => v.Head.Sequence.ShouldBe(before + 4));
    }

    [Fact]
    public async Task An_edit_is_noticed()
    {
        var cluster = await ChainAsync(5);

        await ChangeAsync(
            db => db.AuditEvents.Where(e => e.ClusterId == cluster && e.Sequence == 3)
                .ExecuteUpdateAsync(s => s.SetProperty(e => e.Actor, "somebody else"), Ct));

        (await VerifyAsync(cluster)).BrokenAt.ShouldBe(3);
    }

    [Fact]
    public async Task A_deletion_is_noticed_in_the_middle_and_at_the_end()
    {
        var cluster = await ChainAsync(5);
        var head = (await VerifyAsync(cluster)).Head;

        await ChangeAsync(db => db.AuditEvents.Where(e => e.ClusterId == cluster && e.Sequence == 5).ExecuteDeleteAsync(Ct));
        (await VerifyAsync(cluster)).BrokenAt.ShouldBeNull();
        (await VerifyAsync(cluster, head)).BrokenAt.ShouldBe(5);

        await ChangeAsync(db => db.AuditEvents.Where(e => e.ClusterId == cluster && e.Sequence == 2).ExecuteDeleteAsync(Ct));
        (await VerifyAsync(cluster)).BrokenAt.ShouldBe(2);
    }

    [Fact]
    public async Task A_unit_that_fails_leaves_no_event()
    {
        var cluster = await ChainAsync(1);
        await Should.ThrowAsync<InvalidTimeZoneException>(() => database.Database.WriteAsync<int>(
            cluster,
            async (db, ct) =>
            {
                await database.Audit.AppendAsync(db, new AuditEntry(cluster, "a", "b", "c"), ct);
                throw new InvalidTimeZoneException();
            },
            Ct));

        await AppendAsync(cluster, 1);
        (await VerifyAsync(cluster)).ShouldSatisfyAllConditions(v => v.BrokenAt.ShouldBeNull(v.Problem), v => v.Head.Sequence.ShouldBe(2));
    }

    private async Task<Guid> ChainAsync(int events)
    {
        var cluster = await database.AddClusterAsync();
        await AppendAsync(cluster.Id, events);
        return cluster.Id;
    }

    private Task AppendAsync(Guid? cluster, int events) => database.Database.WriteAsync(
        cluster,
        async (db, ct) =>
        {
            for (var i = 0; i < events; i++)
                await database.Audit.AppendAsync(db, new AuditEntry(cluster, "tester", "thing.change", $"things/{i}"), ct);
            return 0;
        },
        Ct);

    private Task ChangeAsync(Func<ClusterDbContext, Task<int>> change) => database.Database.WriteAsync(null, (db, _) => change(db), Ct);

    private Task<AuditVerdict> VerifyAsync(Guid? cluster, AuditHead? known = null) =>
        database.Database.ReadAsync((db, ct) => database.Audit.VerifyAsync(db, cluster, known, ct), Ct);
}

public sealed class AuditOnSqlite(SqliteDatabase database) : AuditContract(database), IClassFixture<SqliteDatabase>;

public sealed class AuditOnPostgreSql(PostgreSqlDatabase database) : AuditContract(database), IClassFixture<PostgreSqlDatabase>;

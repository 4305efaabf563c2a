using Cluster.Domain.Failures;
using Cluster.Storage.Access;
using Cluster.Storage.Changes;
using Cluster.Storage.Configuration;
using Cluster.Storage.Tests.Databases;
using Cluster.Storage.Units;
using Cluster.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Cluster.Storage.Tests.Units;

/// <summary>What every database promises about units of work.</summary>
public abstract class UnitContract(TestDatabase database)
{
    private static CancellationToken Ct => TestDatabase.Ct;

    private ClusterDatabase Database => database.Database;

    [Fact]
    public async Task A_failure_stores_nothing_and_calls_no_hook()
    {
        var cluster = await database.AddClusterAsync();
        var told = false;

        var outcome = await Database.WriteAsync<Outcome<int>>(
            cluster.Id,
            async (db, ct) =>
            {
                (await db.Clusters.FindAsync([cluster.Id], ct))!.Baseline = 7;
                await db.SaveChangesAsync(ct);
                db.Unit.AfterCommit(() => told = true);
                return new Failure(FailureCategory.Conflict, "no", "No.");
            },
            Ct);

        outcome.Failure!.Code.ShouldBe("no");
        told.ShouldBeFalse();
        (await StoredAsync(cluster)).Baseline.ShouldBe(0);
        (await StoredAsync(cluster)).ChangeCounter.ShouldBe(0);
    }

    [Fact]
    public async Task A_dry_run_returns_its_value_and_stores_nothing()
    {
        var cluster = await database.AddClusterAsync();

        var value = await Database.WriteAsync(
            cluster.Id,
            async (db, ct) =>
            {
                var row = (await db.Clusters.FindAsync([cluster.Id], ct))!;
                row.Baseline = 7;
                await db.SaveChangesAsync(ct);
                db.Unit.RollBack();
                return row.Baseline;
            },
            Ct);

        value.ShouldBe(7);
        (await StoredAsync(cluster)).Baseline.ShouldBe(0);
    }

    [Fact]
    public async Task Hooks_run_after_the_commit_and_outside_the_unit()
    {
        var cluster = await database.AddClusterAsync();
        long seen = -1;

        await Database.WriteAsync(
            cluster.Id,
            async (db, ct) =>
            {
                (await db.Clusters.FindAsync([cluster.Id], ct))!.Baseline = 7;
                db.Unit.AfterCommitAsync(
                    async () => seen = (await Database.WriteAsync(
                        null, (other, token) => other.Clusters.SingleAsync(c => c.Id == cluster.Id, token), Ct)).Baseline);
                return 0;
            },
            Ct);

        seen.ShouldBe(7);
    }

    [Fact]
    public async Task A_reader_neither_waits_for_a_writer_nor_sees_its_half()
    {
        var cluster = await database.AddClusterAsync();
        await Database.WriteAsync(
            cluster.Id,
            async (db, ct) =>
            {
                (await db.Clusters.FindAsync([cluster.Id], ct))!.Baseline = 7;
                await db.SaveChangesAsync(ct);
                (await StoredAsync(cluster)).Baseline.ShouldBe(0);
                return 0;
            },
            Ct);
    }

    [Fact]
    public async Task A_reader_sees_one_snapshot()
    {
        var cluster = await database.AddClusterAsync();

        var (before, after) = await Database.ReadAsync(
            async (db, ct) =>
            {
                var first = (await db.Clusters.SingleAsync(c => c.Id == cluster.Id, ct)).Baseline;
                await SetBaselineAsync(Database, cluster, 5);
                return (first, (await db.Clusters.SingleAsync(c => c.Id == cluster.Id, ct)).Baseline);
            },
            Ct);

        (before, after).ShouldBe((0, 0));
        (await StoredAsync(cluster)).Baseline.ShouldBe(5);
    }

    [Fact]
    public async Task What_a_unit_makes_itself_is_not_committed_even_when_it_is_saved()
    {
        var cluster = await database.AddClusterAsync();
        await Database.WriteAsync(
            cluster.Id,
            async (db, ct) =>
            {
                (await db.Clusters.FindAsync([cluster.Id], ct))!.Revision = 1;
                await db.SaveChangesAsync(ct);
                db.IsCommitted(cluster.Id, 0).ShouldBeTrue();
                db.IsCommitted(cluster.Id, 1).ShouldBeFalse();
                return 0;
            },
            Ct);

        (await Database.ReadAsync((db, _) => Task.FromResult(db.IsCommitted(cluster.Id, 1)), Ct)).ShouldBeTrue();
        (await Database.WriteAsync(cluster.Id, (db, _) => Task.FromResult(db.IsCommitted(cluster.Id, 1)), Ct)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_reader_cannot_save() =>
        await Should.ThrowAsync<InvalidOperationException>(() => Database.ReadAsync((db, ct) => db.SaveChangesAsync(ct), Ct));

    [Fact]
    public async Task A_unit_in_a_unit_is_a_bug() => await Should.ThrowAsync<InvalidOperationException>(() =>
        Database.WriteAsync(null, (_, ct) => Database.WriteAsync(null, (_, _) => Task.FromResult(0), ct), Ct));

    [Fact]
    public async Task Two_that_take_the_same_name_get_a_value_each()
    {
        var name = $"n{Guid.NewGuid():N}";
        using var other = database.Another();

        var outcomes = await Task.WhenAll(CreateAsync(Database, name), CreateAsync(other.GetRequiredService<ClusterDatabase>(), name));

        outcomes.Count(o => o.Succeeded).ShouldBe(1);
        outcomes.Single(o => !o.Succeeded).Failure!.Code.ShouldBe("name-taken");
    }

    [Fact]
    public async Task Others_notice_a_change_by_the_counter()
    {
        var cluster = await database.AddClusterAsync();
        using var other = database.Another();
        var watch = other.GetRequiredService<ChangeWatch>();
        using var subscription = other.GetRequiredService<ChangeSignal>().Subscribe();
        await watch.CompareAsync(Ct);

        await SetBaselineAsync(Database, cluster, 3);
        await watch.CompareAsync(Ct);

        (await subscription.WaitAsync(Ct)).ShouldBe([cluster.Id]);
    }

    [Fact]
    public async Task The_watch_of_another_process_wakes_by_itself()
    {
        var cluster = await database.AddClusterAsync();
        using var other = database.Another();
        using var subscription = other.GetRequiredService<ChangeSignal>().Subscribe();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var running = other.GetRequiredService<ChangeWatch>().RunAsync(stop.Token);
        var woken = subscription.WaitAsync(Ct);

        // The first comparison only takes note, so one of two changes is seen for certain.
        var baseline = 0;
        await Eventually.Is(
            async () =>
            {
                await SetBaselineAsync(Database, cluster, ++baseline);
                return woken.IsCompleted;
            },
            "the watch has seen a change");

        (await woken).ShouldContain(cluster.Id);
        await stop.CancelAsync();
        await running.ShouldNotThrowAsync();
    }

    [Fact]
    public async Task Instants_are_utc_cut_to_microseconds_and_compared_in_the_database()
    {
        var at = new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.FromHours(2)).AddTicks(1234567);
        var token = await AddTokenAsync(at);

        var stored = await Database.ReadAsync(
            (db, ct) => db.ApiTokens.SingleAsync(t => t.Id == token && t.CreatedAt <= at && t.CreatedAt > at.AddTicks(-10), ct), Ct);

        stored.CreatedAt.ShouldBe(at.AddTicks(-7));
        stored.CreatedAt.Offset.ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public async Task U0000_reaches_no_database()
    {
        var name = "a\0b";
        await Should.ThrowAsync<ForbiddenCharacterException>(() => database.AddClusterAsync(name));
        await Should.ThrowAsync<ForbiddenCharacterException>(
            () => Database.ReadAsync((db, ct) => db.Clusters.AnyAsync(c => c.Name == name, ct), Ct));
    }

    private static Task<Outcome<Guid>> CreateAsync(ClusterDatabase database, string name) => database.WriteAsync<Outcome<Guid>>(
        null,
        async (db, ct) =>
        {
            if (await db.Clusters.AnyAsync(c => c.Name == name, ct)) return new Failure(FailureCategory.Conflict, "name-taken", "Taken.");
            var cluster = new ManagedCluster
            {
                Id = Guid.CreateVersion7(),
                Name = name,
                EpochNumber = 1,
                EpochId = Guid.NewGuid(),
                CreatedAt = TimeProvider.System.GetUtcNow()
            };
            db.Clusters.Add(cluster);
            return cluster.Id;
        },
        Ct);

    private static Task SetBaselineAsync(ClusterDatabase database, ManagedCluster cluster, long value) => database.WriteAsync(
        cluster.Id,
        async (db, ct) =>
        {
            (await db.Clusters.FindAsync([cluster.Id], ct))!.Baseline = value;
            return 0;
        },
        Ct);

    private Task<ManagedCluster> StoredAsync(ManagedCluster cluster) =>
        Database.ReadAsync((db, ct) => db.Clusters.SingleAsync(c => c.Id == cluster.Id, ct), Ct);

    private Task<Guid> AddTokenAsync(DateTimeOffset at) => Database.WriteAsync(
        null,
        (db, _) =>
        {
            var token = new ApiToken
            {
                Id = Guid.CreateVersion7(),
                Name = "t",
                TokenHash = Guid.NewGuid().ToString("N"),
                Grants = "[]",
                CreatedAt = at
            };
            db.ApiTokens.Add(token);
            return Task.FromResult(token.Id);
        },
        Ct);
}

public sealed class UnitsOnSqlite(SqliteDatabase database) : UnitContract(database), IClassFixture<SqliteDatabase>;

public sealed class UnitsOnPostgreSql(PostgreSqlDatabase database) : UnitContract(database), IClassFixture<PostgreSqlDatabase>;

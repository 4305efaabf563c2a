using Cluster.Contracts.Json;
using Cluster.Contracts.Levels;
using Cluster.Contracts.Rollouts;
using Cluster.Domain.Failures;
using Cluster.Storage.Configuration;
using Cluster.Storage.Rollouts;
using Cluster.Storage.Tests.Databases;
using Cluster.Storage.Units;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Cluster.Storage.Tests.Configuration;

/// <summary>What every database promises about items and revisions.</summary>
public abstract class ItemContract(TestDatabase database)
{
    private static CancellationToken Ct => TestDatabase.Ct;

    [Fact]
    public async Task A_revision_is_the_rows_that_hold_at_it()
    {
        var cluster = await database.AddClusterAsync();
        await PutAsync(cluster, "a", "{\"n\":1}");
        await PutAsync(cluster, "b", "{\"n\":2}");
        await PutAsync(cluster, "a", "{\"n\":3}");
        await EndAsync(cluster, "b");

        (await AtAsync(cluster, 1)).ShouldBe(["a={\"n\":1}"]);
        (await AtAsync(cluster, 2)).ShouldBe(["a={\"n\":1}", "b={\"n\":2}"]);
        (await AtAsync(cluster, 3)).ShouldBe(["a={\"n\":3}", "b={\"n\":2}"]);
        (await AtAsync(cluster, 4)).ShouldBe(["a={\"n\":3}"]);
        var current = await database.Database.ReadAsync((db, ct) => db.Items.Current(cluster.Id).Select(i => i.Name).ToListAsync(ct), Ct);
        current.ShouldBe(["a"]);
    }

    [Fact]
    public async Task An_item_is_current_once()
    {
        var cluster = await database.AddClusterAsync();
        await PutAsync(cluster, "a", "{}");

        await Should.ThrowAsync<DbUpdateException>(() => database.Database.WriteAsync(
            cluster.Id,
            (db, _) =>
            {
                db.Items.Add(Item(cluster, "a", null, 2));
                return Task.FromResult(0);
            },
            Ct));
    }

    [Fact]
    public async Task Parallel_writers_neither_skip_nor_double_revisions()
    {
        var cluster = await database.AddClusterAsync();
        using var other = database.Another();
        var another = other.GetRequiredService<ClusterDatabase>();
        const int Writers = 8;
        const int Each = 25;

        await Task.WhenAll(Enumerable.Range(0, Writers).Select(async writer =>
        {
            for (var i = 0; i < Each; i++)
            {
                await (writer % 2 == 0 ? database.Database : another).WriteAsync(
                    cluster.Id, (db, ct) => CommitAsync(db, cluster.Id, $"w{writer}", ct), Ct);
            }
        }));

        var revisions = await database.Database.ReadAsync(
            (db, ct) => db.Revisions.Where(r => r.ClusterId == cluster.Id).OrderBy(r => r.Number).ToListAsync(ct), Ct);
        revisions.Select(r => r.Number).ShouldBe(Enumerable.Range(1, Writers * Each).Select(n => (long)n));
        revisions.GroupBy(r => r.Author).ShouldAllBe(g => g.Count() == Each);
        var stored = await database.Database.ReadAsync((db, ct) => db.Clusters.SingleAsync(c => c.Id == cluster.Id, ct), Ct);
        stored.Revision.ShouldBe(Writers * Each);
        stored.ChangeCounter.ShouldBe(Writers * Each);
    }

    [Fact]
    public async Task A_cluster_has_one_running_rollout()
    {
        var cluster = await database.AddClusterAsync();
        await AddRolloutAsync(cluster, RolloutState.Running, 1);
        await AddRolloutAsync(cluster, RolloutState.Queued, 2);
        await AddRolloutAsync(cluster, RolloutState.Succeeded, 3);

        await Should.ThrowAsync<DbUpdateException>(() => AddRolloutAsync(cluster, RolloutState.Paused, 4));
    }

    [Fact]
    public async Task Deleting_a_cluster_takes_what_is_its_own()
    {
        var cluster = await database.AddClusterAsync();
        await PutAsync(cluster, "a", "{}");
        await AddRolloutAsync(cluster, RolloutState.Queued, 1);

        await database.Database.WriteAsync(cluster.Id, (db, ct) => db.Clusters.Where(c => c.Id == cluster.Id).ExecuteDeleteAsync(ct), Ct);

        (await database.Database.ReadAsync((db, ct) => db.Items.CountAsync(i => i.ClusterId == cluster.Id, ct), Ct)).ShouldBe(0);
        (await database.Database.ReadAsync((db, ct) => db.Rollouts.CountAsync(r => r.ClusterId == cluster.Id, ct), Ct)).ShouldBe(0);
    }

    private static ItemVersion Item(ManagedCluster cluster, string name, string? hash, long from) => new()
    {
        Id = Guid.CreateVersion7(), ClusterId = cluster.Id, LevelKind = LevelKind.Cluster, LevelId = cluster.Id, Kind = "listeners",
        Name = name, NormalizedName = name, DocumentHash = hash, FromRevision = from,
    };

    private static async Task<Outcome<long>> CommitAsync(ClusterDbContext db, Guid clusterId, string author, CancellationToken ct)
    {
        var cluster = (await db.Clusters.FindAsync([clusterId], ct))!;
        cluster.Revision++;
        db.Revisions.Add(new RevisionRecord
        {
            ClusterId = clusterId, Number = cluster.Revision, Epoch = 1, Author = author,
            At = TimeProvider.System.GetUtcNow(), Comment = "", Changes = 1,
        });
        return cluster.Revision;
    }

    private Task PutAsync(ManagedCluster cluster, string name, string document) => database.Database.WriteAsync(
        cluster.Id,
        async (db, ct) =>
        {
            var revision = (await CommitAsync(db, cluster.Id, "test", ct)).Value;
            await db.Items.Current(cluster.Id)
                .Where(i => i.NormalizedName == name)
                .ExecuteUpdateAsync(s => s.SetProperty(i => i.ToRevision, revision), ct);
            var hash = CanonicalJson.Sha256(document);
            if (!await db.Documents.AnyAsync(d => d.Hash == hash, ct))
                db.Documents.Add(new StoredDocument { Hash = hash, SchemaVersion = 1, Text = document });
            db.Items.Add(Item(cluster, name, hash, revision));
            return revision;
        },
        Ct);

    private Task EndAsync(ManagedCluster cluster, string name) => database.Database.WriteAsync(
        cluster.Id,
        async (db, ct) =>
        {
            var revision = (await CommitAsync(db, cluster.Id, "test", ct)).Value;
            return await db.Items.Current(cluster.Id)
                .Where(i => i.NormalizedName == name)
                .ExecuteUpdateAsync(s => s.SetProperty(i => i.ToRevision, revision), ct);
        },
        Ct);

    private Task<List<string>> AtAsync(ManagedCluster cluster, long revision) => database.Database.ReadAsync(
        (db, ct) => db.Items.AtRevision(cluster.Id, revision)
            .Join(db.Documents, i => i.DocumentHash, d => d.Hash, (i, d) => new { i.Name, d.Text })
            .OrderBy(i => i.Name).Select(i => i.Name + "=" + i.Text).ToListAsync(ct),
        Ct);

    private Task AddRolloutAsync(ManagedCluster cluster, RolloutState state, long revision) => database.Database.WriteAsync(
        cluster.Id,
        (db, _) =>
        {
            db.Rollouts.Add(new RolloutRecord
            {
                Id = Guid.CreateVersion7(), ClusterId = cluster.Id, Revision = revision, Strategy = RolloutStrategy.All,
                MaxFailures = 0, ProgressDeadlineSeconds = 600,
                Atomicity = Atomicity.Service, State = state, CreatedAt = TimeProvider.System.GetUtcNow(),
            });
            return Task.FromResult(0);
        },
        Ct);
}

public sealed class ItemsOnSqlite(SqliteDatabase database) : ItemContract(database), IClassFixture<SqliteDatabase>;

public sealed class ItemsOnPostgreSql(PostgreSqlDatabase database) : ItemContract(database), IClassFixture<PostgreSqlDatabase>;

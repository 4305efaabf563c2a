using Cluster.Contracts.Paging;
using Cluster.Storage.Configuration;
using Cluster.Storage.Lists;
using Cluster.Storage.Tests.Databases;
using Shouldly;
using Xunit;

namespace Cluster.Storage.Tests.Lists;

/// <summary>What every database promises about lists.</summary>
public abstract class PagingContract(TestDatabase database)
{
    private static readonly string[] Names = ["Z", "a", "_", "b2", "b10", "é", "z", "aa", "B", "0"];

    [Fact]
    public async Task Text_is_ordered_by_bytes_and_pages_meet_without_gap()
    {
        var cluster = await AddGroupsAsync();

        var seen = await WalkAsync(cluster, Keyset.By("groups", (MachineGroup g) => g.Name));

        seen.Select(g => g.Name).ShouldBe(Names.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Several_keys_and_directions()
    {
        var cluster = await AddGroupsAsync();

        var seen = await WalkAsync(cluster, Keyset.By("groups", (MachineGroup g) => g.CreatedAt, descending: true).Then(g => g.Id));

        var expected = await database.Database.ReadAsync((db, _) => Task.FromResult(db.Groups.Where(g => g.ClusterId == cluster.Id).AsEnumerable().ToList()), TestDatabase.Ct);
        seen.Select(g => g.Id).ShouldBe(expected.OrderByDescending(g => g.CreatedAt).ThenBy(g => g.Id.ToString()).Select(g => g.Id));
    }

    [Fact]
    public async Task A_token_of_another_list_is_refused()
    {
        var cluster = await AddGroupsAsync();
        var first = await PageAsync(cluster, Keyset.By("groups", (MachineGroup g) => g.Name), null);

        foreach (var token in new[] { first.NextPageToken!, "x", "%%%", "AAAAAAAAAAAAAAAA" })
        {
            var other = await database.Database.ReadAsync(
                (db, ct) => db.Groups.PageAsync(Keyset.By("groups?label=x", (MachineGroup g) => g.Name), new PageRequest(3, token), ct), TestDatabase.Ct);
            other.Failure!.Code.ShouldBe("invalid-page-token");
        }
    }

    private async Task<List<MachineGroup>> WalkAsync(ManagedCluster cluster, Keyset<MachineGroup> order)
    {
        var seen = new List<MachineGroup>();
        string? token = null;
        do
        {
            var page = await PageAsync(cluster, order, token);
            page.Items.Count.ShouldBeLessThanOrEqualTo(3);
            seen.AddRange(page.Items);
            token = page.NextPageToken;
        }
        while (token is not null);
        return seen;
    }

    private async Task<Page<MachineGroup>> PageAsync(ManagedCluster cluster, Keyset<MachineGroup> order, string? token) =>
        (await database.Database.ReadAsync((db, ct) => db.Groups.Where(g => g.ClusterId == cluster.Id).PageAsync(order, new PageRequest(3, token), ct), TestDatabase.Ct)).Value;

    private async Task<ManagedCluster> AddGroupsAsync()
    {
        var cluster = await database.AddClusterAsync();
        var now = TimeProvider.System.GetUtcNow();
        await database.Database.WriteAsync(
            cluster.Id,
            (db, _) =>
            {
                db.Groups.AddRange(Names.Select((name, i) => new MachineGroup { Id = Guid.CreateVersion7(), ClusterId = cluster.Id, Name = name, CreatedAt = now.AddSeconds(i / 4) }));
                return Task.FromResult(0);
            },
            TestDatabase.Ct);
        return cluster;
    }
}

public sealed class PagingOnSqlite(SqliteDatabase database) : PagingContract(database), IClassFixture<SqliteDatabase>;

public sealed class PagingOnPostgreSql(PostgreSqlDatabase database) : PagingContract(database), IClassFixture<PostgreSqlDatabase>;

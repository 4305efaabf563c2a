using Cluster.Storage.Configuration;
using Cluster.Storage.Tests.Databases;
using Microsoft.EntityFrameworkCore;
using Shouldly;
using Xunit;

namespace Cluster.Storage.Tests.Lists;

/// <summary>What every database promises about order: lists can go on after the last key of the page before.</summary>
public abstract class OrderContract(TestDatabase database)
{
    private static readonly string[] Names = ["Z", "a", "_", "b2", "b10", "é", "z", "aa", "B", "0", "a-b", "a.b", "ab"];

    [Fact]
    public async Task Text_is_ordered_by_bytes()
    {
        var cluster = await AddGroupsAsync();

        var names = await database.Database.ReadAsync(
            (db, ct) => db.Groups.Where(g => g.ClusterId == cluster).OrderBy(g => g.Name).Select(g => g.Name).ToListAsync(ct),
            TestDatabase.Ct);

        names.ShouldBe(Names.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Pages_by_text_meet_without_gap()
    {
        var cluster = await AddGroupsAsync();
        var seen = new List<string>();
        for (var last = ""; seen.Count == 0 || last != seen[^1];)
        {
            last = seen.Count == 0 ? last : seen[^1];
            var after = last;
            seen.AddRange(await database.Database.ReadAsync(
                (db, ct) => db.Groups.Where(g => g.ClusterId == cluster && string.Compare(g.Name, after) > 0)
                    .OrderBy(g => g.Name)
                    .Select(g => g.Name)
                    .Take(3)
                    .ToListAsync(ct), TestDatabase.Ct));
        }

        seen.ShouldBe(Names.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Ids_are_ordered_as_they_were_made()
    {
        var cluster = await AddGroupsAsync();
        var ids = await database.Database.ReadAsync(
            (db, ct) => db.Groups.Where(g => g.ClusterId == cluster).OrderBy(g => g.CreatedAt).Select(g => g.Id).ToListAsync(ct),
            TestDatabase.Ct);
        var middle = ids[5];

        var later = await database.Database.ReadAsync(
            (db, ct) => db.Groups.Where(g => g.ClusterId == cluster && g.Id > middle).OrderBy(g => g.Id).Select(g => g.Id).ToListAsync(ct),
            TestDatabase.Ct);

        later.ShouldBe(ids.Skip(6));
    }

    private async Task<Guid> AddGroupsAsync()
    {
        var cluster = await database.AddClusterAsync();
        var start = TimeProvider.System.GetUtcNow();
        await database.Database.WriteAsync(
            cluster.Id,
            (db, _) =>
            {
                db.Groups.AddRange(
                    Names.Select(
                        (name, i) => new MachineGroup
                        {
                            Id = Guid.CreateVersion7(start.AddSeconds(i)),
                            ClusterId = cluster.Id,
                            Name = name,
                            CreatedAt = start.AddSeconds(i)
                        }));
                return Task.FromResult(0);
            },
            TestDatabase.Ct);
        return cluster.Id;
    }
}

public sealed class OrderOnSqlite(SqliteDatabase database) : OrderContract(database), IClassFixture<SqliteDatabase>;

public sealed class OrderOnPostgreSql(PostgreSqlDatabase database) : OrderContract(database), IClassFixture<PostgreSqlDatabase>;

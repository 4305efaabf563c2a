using Cluster.Manager.Hosting;
using Cluster.Manager.Hosting.Commands;
using Cluster.Manager.Hosting.Database;
using Cluster.Manager.Hosting.Startup;
using Cluster.Manager.Tests.Hosting;
using Cluster.Storage.Configuration;
using Cluster.Storage.Fleet;
using Cluster.Storage.Secrets;
using Cluster.Storage.Units;
using Cluster.Testing;
using Cluster.Testing.Processes;
using Cluster.Testing.Programs;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Cluster.Manager.Tests.Database;

/// <summary>A manager starts only with the right key on a database that is not behind; nothing is ever made anew beside data.</summary>
public sealed class DatabaseStartTests : IDisposable
{
    private readonly TestDirectory directory = new("start");

    public void Dispose() => directory.Dispose();

    [Fact]
    public async Task A_missing_key_beside_data_stops_the_manager_and_none_is_made()
    {
        await UseAsync(_ => Task.CompletedTask);
        File.Delete(directory["kek"]);

        (await Should.ThrowAsync<StartRefusedException>(
            () => UseAsync(_ => Task.CompletedTask))).Message.ShouldContain("key-encryption key");

        File.Exists(directory["kek"]).ShouldBeFalse();
    }

    [Fact]
    public async Task A_wrong_key_stops_the_manager_and_is_left_alone()
    {
        await UseAsync(_ => Task.CompletedTask);
        var wrong = KekText.Write([Kek.Create()]);
        File.WriteAllBytes(directory["kek"], wrong);

        await Should.ThrowAsync<StartRefusedException>(() => UseAsync(_ => Task.CompletedTask));

        File.ReadAllBytes(directory["kek"]).ShouldBe(wrong);
    }

    [Fact]
    public async Task Managers_that_start_at_once_on_nothing_make_one_installation()
    {
        var pins = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            var pin = "";
            await UseAsync(s =>
            {
                pin = s.GetRequiredService<Features.ControlCa.ControlAuthority>().Keys.Root.PublicKeySha256;
                return Task.CompletedTask;
            });
            return pin;
        })));

        pins.Distinct().Count().ShouldBe(1);
    }

    [Fact]
    public async Task An_older_database_put_in_place_is_refused_until_the_epoch_is_raised()
    {
        var cluster = Guid.Empty;
        await UseAsync(async s => cluster = await AddClusterAsync(s));
        File.Copy(directory["cluster.db"], directory["older.db"]);
        await UseAsync(s => MoveOnAsync(s, cluster));
        File.Move(directory["older.db"], directory["cluster.db"], overwrite: true);

        (await Should.ThrowAsync<StartRefusedException>(() => UseAsync(_ => Task.CompletedTask))).Message.ShouldContain("epoch raise");

        (await Program.Main(["epoch", "raise", "--data-dir", directory.Path])).ShouldBe(0);
        await UseAsync(s => MoveOnAsync(s, cluster));
    }

    [Fact]
    public async Task Raising_the_epoch_bans_again_and_lists_the_hosts_whose_identities_are_newer()
    {
        var cluster = Guid.Empty;
        Guid[] ids = [Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7()];
        await UseAsync(async s =>
        {
            cluster = await AddClusterAsync(s);
            await ChangeAsync(
                s,
                cluster,
                db => db.Machines.AddRange(
                    NewMachine(cluster, ids[0], "stolen"), NewMachine(cluster, ids[1], "renewed"), NewMachine(cluster, ids[3], "same")));
        });
        File.Copy(directory["cluster.db"], directory["older.db"]);
        await UseAsync(async s =>
        {
            await ChangeAsync(s, cluster, db =>
            {
                db.Machines.Find(ids[0])!.Status = MachineStatus.Banned;
                db.Machines.Find(ids[1])!.Generation = 2;
                db.Clusters.Find(cluster)!.Revision++;
                db.Machines.Add(NewMachine(cluster, ids[2], "joined-later"));
            });
            await s.GetRequiredService<FleetMemory>().NoteAsync([cluster], default);
        });
        File.Move(directory["older.db"], directory["cluster.db"], overwrite: true);
        await Should.ThrowAsync<StartRefusedException>(() => UseAsync(_ => Task.CompletedTask));

        // A program of its own: the console of this process belongs to all tests that run now.
        var raised = (await Command.RunAsync(Builds.Manager, ["epoch", "raise", "--data-dir", directory.Path])).Ok();

        raised.Output.ShouldContain("stolen: banned again");
        raised.Output.ShouldContain($"renewed ({ids[1]:D}): the host's identity (generation 2) is newer");
        raised.Output.ShouldContain($"joined-later ({ids[2]:D})");
        raised.Output.ShouldNotContain("same");
        await UseAsync(
            async s => (await s.GetRequiredService<ClusterDatabase>()
                .ReadAsync(
                    (db, ct) => db.Machines.Where(m => m.Status == MachineStatus.Banned).Select(m => m.Id).ToListAsync(ct),
                    default)).ShouldBe([ids[0]]));
    }

    [Fact]
    public async Task Raising_the_epoch_says_so_when_there_is_no_cluster()
    {
        await UseAsync(_ => Task.CompletedTask);

        (await Command.RunAsync(Builds.Manager, ["epoch", "raise", "--data-dir", directory.Path]))
            .Ok().Output
            .ShouldContain("There is no cluster, so no epoch was raised");
    }

    [Fact]
    public async Task An_older_database_put_under_a_running_manager_is_not_written()
    {
        await UseAsync(async s =>
        {
            var history = s.GetRequiredService<HistoryFile>();
            var cluster = await AddClusterAsync(s);
            await MoveOnAsync(s, cluster);
            history.Advance(new HistoryMark(cluster, 1, Guid.Empty, 99));

            var refused = await Should.ThrowAsync<DatabaseUnavailableException>(() => MoveOnAsync(s, cluster));
            refused.Code.ShouldBe("database-behind");
        });
    }

    [Fact]
    public async Task The_key_is_rotated_and_the_old_one_is_not_needed_any_more()
    {
        await UseAsync(_ => Task.CompletedTask);
        var before = KekText.Read(File.ReadAllText(directory["kek"]))[0].Id;

        (await Program.Main(["rotate-kek", "--data-dir", directory.Path])).ShouldBe(0);
        KekText.Read(File.ReadAllText(directory["kek"])).Count.ShouldBe(2);
        (await Program.Main(["rotate-kek", "--finish", "--data-dir", directory.Path])).ShouldBe(0);

        KekText.Read(File.ReadAllText(directory["kek"])).ShouldHaveSingleItem().Id.ShouldNotBe(before);
        await UseAsync(_ => Task.CompletedTask);
        (await Program.Main(["check", "--data-dir", directory.Path])).ShouldBe(0);
    }

    private async Task UseAsync(Func<IServiceProvider, Task> use)
    {
        var options = new ManagerOptions { DataDirectory = directory.Path, Rest = "127.0.0.1:0", Agents = "127.0.0.1:0" };
        await using WebApplication app = Program.Build(options, new LogCapture().Replace);
        await ManagerStart.PrepareAsync(app.Services, options, default);
        await use(app.Services);
        app.Services.GetRequiredService<HistoryFile>().Flush();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
    }

    private static Task<Guid> AddClusterAsync(IServiceProvider services) => services.GetRequiredService<ClusterDatabase>().WriteAsync(
        null,
        (db, _) =>
        {
            var cluster = new ManagedCluster
            {
                Id = Guid.CreateVersion7(),
                Name = "mail",
                EpochNumber = 1,
                EpochId = Guid.Empty,
                CreatedAt = TimeProvider.System.GetUtcNow()
            };
            db.Clusters.Add(cluster);
            db.Groups.Add(new MachineGroup { Id = cluster.Id, ClusterId = cluster.Id, Name = "main", CreatedAt = cluster.CreatedAt });
            return Task.FromResult(cluster.Id);
        },
        default);

    private static Task MoveOnAsync(IServiceProvider services, Guid cluster) => services.GetRequiredService<ClusterDatabase>().WriteAsync(
        cluster,
        async (db, ct) => (await db.Clusters.FindAsync([cluster], ct))!.Revision++,
        default);

    private static Task ChangeAsync(IServiceProvider services, Guid cluster, Action<Storage.ClusterDbContext> change) =>
        services.GetRequiredService<ClusterDatabase>().WriteAsync(
            cluster,
            (db, _) =>
            {
                change(db);
                return Task.FromResult(true);
            },
            default);

    private static Machine NewMachine(Guid cluster, Guid id, string name) => new()
    {
        Id = id, ClusterId = cluster, GroupId = cluster, Name = name, Status = MachineStatus.Active,
        Mode = Contracts.Machines.MachineMode.Enforce, Generation = 1, CreatedAt = TimeProvider.System.GetUtcNow(),
    };
}

using Cluster.Manager.Features.Fleet;
using Cluster.Manager.Features.Sessions.Streams;
using Cluster.Manager.Tests.Hosting;
using Cluster.Storage;
using Cluster.Storage.Installation;
using Cluster.Storage.Units;
using Cluster.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Shouldly;
using Xunit;

namespace Cluster.Manager.Tests.Agents;

/// <summary>Whether the streams of another manager count is told by its lease, not by any clock but one's own.</summary>
public sealed class LeaseTests : IAsyncLifetime
{
    private static readonly SessionLimits Fast = new()
    {
        LeaseInterval = TimeSpan.FromMilliseconds(200),
        LeaseTime = TimeSpan.FromSeconds(6)
    };
    private readonly TestManager host = new() { Configure = b => b.Services.Replace(ServiceDescriptor.Singleton(Fast)) };

    public ValueTask InitializeAsync() => host.InitializeAsync();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task The_streams_of_a_manager_end_when_its_lease_stands_still_and_not_before()
    {
        using var agent = await TestAgent.NewAsync(host, "mx1");
        var other = Guid.NewGuid();
        await ChangeAsync(async db =>
        {
            db.ManagerLeases.Add(new ManagerLease { Id = other, Beat = 1 });
            var report = await db.Reports.SingleAsync();
            (report.StreamId, report.ManagerId, report.LastSeen) = (Guid.NewGuid(), other, TimeProvider.System.GetUtcNow().AddDays(-400));
        });
        await Eventually.Is(IsConnectedAsync, "the other manager's lease is seen");

        // It lives for one and a half times the lease time.
        for (var beat = 2; beat < 32; beat++)
        {
            await ChangeAsync(db => db.ManagerLeases.Where(l => l.Id == other).ExecuteUpdateAsync(s => s.SetProperty(l => l.Beat, beat)));
            (await IsConnectedAsync()).ShouldBeTrue();
            await Task.Delay(Fast.LeaseTime / 20);
        }

        await Eventually.Is(async () => !await IsConnectedAsync(), "it counts as dead");
        await Eventually.Is(
            async () => await ReadAsync(db => db.Reports.Select(r => r.StreamId).SingleAsync()) is null,
            "its streams are ended in the database");
        (await ReadAsync(db => db.ManagerLeases.Select(l => l.Id).ToListAsync())).ShouldBe([host.Get<ManagerLeases>().Id]);
    }

    [Fact]
    public async Task A_manager_that_is_not_known_yet_counts_as_just_started_for_a_while()
    {
        using var agent = await TestAgent.NewAsync(host, "mx1");
        await ChangeAsync(async db =>
        {
            var report = await db.Reports.SingleAsync();
            (report.StreamId, report.ManagerId) = (Guid.NewGuid(), Guid.NewGuid());
        });
        (await IsConnectedAsync()).ShouldBeTrue();
        await Eventually.Is(async () => !await IsConnectedAsync(), "it never showed a lease");
    }

    [Fact]
    public async Task A_manager_that_was_taken_for_dead_has_its_streams_back()
    {
        using var agent = await TestAgent.NewAsync(host, "mx1");
        await using var stream = await agent.ConnectAsync();
        await stream.WelcomeAsync();
        var opened = await ReadAsync(db => db.Reports.Select(r => r.StreamId).SingleAsync());
        await ChangeAsync(async db =>
        {
            await db.ManagerLeases.ExecuteDeleteAsync();
            await db.Reports.ExecuteUpdateAsync(
                s => s.SetProperty(r => r.StreamId, (Guid?)null).SetProperty(r => r.ManagerId, (Guid?)null));
        });

        await Eventually.Is(
            async () => await ReadAsync(db => db.Reports.Select(r => r.StreamId).SingleAsync()) == opened, "the stream is its own again");
        (await ReadAsync(db => db.Reports.Select(r => r.ManagerId).SingleAsync())).ShouldBe(host.Get<ManagerLeases>().Id);
    }

    [Fact]
    public async Task A_manager_that_goes_down_gives_its_lease_back()
    {
        await host.StopAsync();
        await host.StartAgainAsync();
        (await ReadAsync(db => db.ManagerLeases.CountAsync())).ShouldBe(1);
    }

    // Of another manager nothing is seen but its rows.
    private Task ChangeAsync(Func<ClusterDbContext, Task> change) => host.Get<ClusterDatabase>().WriteAsync(
        host.ClusterId,
        async (db, _) =>
        {
            await change(db);
            return true;
        },
        CancellationToken.None);

    private Task<T> ReadAsync<T>(Func<ClusterDbContext, Task<T>> read) =>
        host.Get<ClusterDatabase>().ReadAsync((db, _) => read(db), CancellationToken.None);

    private async Task<bool> IsConnectedAsync() =>
        host.Get<IMachinePresence>()
            .IsConnected((await ReadAsync(db => db.Reports.SingleAsync())).MachineId, await ReadAsync(db => db.Reports.SingleAsync()));
}

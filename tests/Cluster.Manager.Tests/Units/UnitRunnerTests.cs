using Cluster.Contracts.Access;
using Cluster.Domain.Failures;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.Units;
using Cluster.Manager.Tests.Hosting;
using Cluster.Storage;
using Cluster.Storage.Audit;
using Cluster.Storage.Fleet;
using Cluster.Storage.Units;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Cluster.Manager.Tests.Units;

/// <summary>Units of work of requests: repeated after a lost race, ended by refusals, rolled back by a dry run.</summary>
public sealed class UnitRunnerTests(TestManager manager) : IClassFixture<TestManager>
{
    private static readonly Failure Refusal = new(FailureCategory.Conflict, "refused-here", "Not now.");

    [Fact]
    public async Task A_unit_that_lost_a_race_is_done_once()
    {
        var runs = 0;
        var name = Guid.NewGuid().ToString();

        var outcome = await Units.WriteAsync(Request(), async (db, request, ct) =>
        {
            await Audit.AppendAsync(db, request.Audit("test.once", name), ct);
            db.Machines.Add(Machine(name));
            await db.SaveChangesAsync(ct);
            if (++runs == 1) await LoseRaceAsync(db, name, ct);
            return runs;
        });

        outcome.Value.ShouldBe(2);
        (await CountAsync(name)).ShouldBe((1, 1));
    }

    [Fact]
    public async Task A_refusal_after_a_lost_race_is_the_answer_and_stores_nothing()
    {
        var runs = 0;
        var name = Guid.NewGuid().ToString();

        var outcome = await Units.WriteAsync<int>(Request(), async (db, request, ct) =>
        {
            await Audit.AppendAsync(db, request.Audit("test.refused", name), ct);
            db.Machines.Add(Machine(name));
            await db.SaveChangesAsync(ct);
            if (++runs == 1) await LoseRaceAsync(db, name, ct);
            throw new RefusedException(Refusal);
        });

        outcome.Failure.ShouldBe(Refusal);
        runs.ShouldBe(2);
        (await CountAsync(name)).ShouldBe((0, 0));
    }

    [Fact]
    public async Task A_refusal_is_not_repeated()
    {
        var runs = 0;

        var written = await Units.WriteAsync<int>(Request(), (_, _, _) => throw new RefusedException(Count()));
        var read = await Units.ReadAsync<int>(Request(), (_, _) => throw new RefusedException(Count()));

        written.Failure.ShouldBe(Refusal);
        read.Failure.ShouldBe(Refusal);
        runs.ShouldBe(2);

        Failure Count()
        {
            runs++;
            return Refusal;
        }
    }

    [Fact]
    public async Task Other_exceptions_are_defects_and_go_on()
    {
        await Should.ThrowAsync<InvalidOperationException>(
            () => Units.WriteAsync<int>(Request(), (_, _, _) => throw new InvalidOperationException()));
    }

    [Fact]
    public async Task A_dry_run_answers_and_stores_nothing_and_tells_nobody()
    {
        var name = Guid.NewGuid().ToString();
        var told = false;

        var outcome = await Units.WriteAsync(Request("?dryRun=true"), async (db, request, ct) =>
        {
            await Audit.AppendAsync(db, request.Audit("test.dry", name), ct);
            db.Machines.Add(Machine(name));
            db.Unit.AfterCommit(() => told = true);
            await db.SaveChangesAsync(ct);
            return await db.Machines.CountAsync(m => m.Name == name, ct);
        });

        outcome.Value.ShouldBe(1);
        told.ShouldBeFalse();
        (await CountAsync(name)).ShouldBe((0, 0));
    }

    private UnitRunner Units => manager.Services.GetRequiredService<UnitRunner>();

    private AuditTrail Audit => manager.Services.GetRequiredService<AuditTrail>();

    // A second machine of the same name: the database refuses the row of who came second, and the unit is repeated.
    private async Task LoseRaceAsync(ClusterDbContext db, string name, CancellationToken ct)
    {
        db.Machines.Add(Machine(name));
        await db.SaveChangesAsync(ct);
    }

    private async Task<(int Machines, int Events)> CountAsync(string name) =>
        await manager.Services.GetRequiredService<ClusterDatabase>().ReadAsync(
        async (db, ct) =>
            (await db.Machines.CountAsync(m => m.Name == name, ct), await db.AuditEvents.CountAsync(e => e.Target == name, ct)), default);

    private Machine Machine(string name) => new()
    {
        Id = Guid.CreateVersion7(),
        ClusterId = manager.ClusterId,
        GroupId = manager.GroupId,
        Name = name,
        Status = MachineStatus.Prepared,
        Mode = Contracts.Machines.MachineMode.Enforce,
        CreatedAt = TimeProvider.System.GetUtcNow(),
    };

    private DefaultHttpContext Request(string query = "")
    {
        var context = new DefaultHttpContext { RequestServices = manager.Services };
        context.Request.QueryString = new QueryString(query);
        context.Features.Set(new ClusterScope(manager.ClusterId, "mail"));
        context.Features.Set(new Caller(Guid.Empty, "test", [new ClusterGrant(null, Role.Owner, true)], null));
        return context;
    }
}

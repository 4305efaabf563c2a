using Cluster.Contracts.Json;
using Cluster.Contracts.Rollouts;
using Cluster.Domain.Rollouts;
using Cluster.Manager.Features.Rollouts.Progress;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;
using Cluster.Storage;
using Cluster.Storage.Rollouts;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Rollouts;

/// <summary>How rollouts are found and shown: live, so they have no entity tag and are not kept by caches.</summary>
internal static class RolloutResponse
{
    public const string Example =
        """{"id":"019ab7f2-0c3e-7d4a-9a51-3f0f3f4f5a6b","revision":12,"strategy":"all","state":"running","createdAt":"2026-11-24T08:00:00Z","counts":{"total":1,"waiting":0,"pending":0,"applying":1,"applied":0,"verified":0,"failed":0,"rolledBack":0},"machines":[{"name":"mx1.example.org","state":"applying","at":"2026-11-24T08:00:01Z"}]}""";

    /// <summary>Finds a rollout of a cluster; refuses one that is not there.</summary>
    public static async Task<RolloutRecord> FindAsync(ClusterDbContext db, Guid clusterId, string id, CancellationToken ct)
    {
        var rolloutId = Guid.TryParse(id, out var parsed) ? parsed : Guid.Empty;
        return await db.Rollouts.SingleOrDefaultAsync(r => r.Id == rolloutId && r.ClusterId == clusterId, ct)
            ?? throw new RefusedException(CommonFailures.NotFound("rollout", id));
    }

    /// <summary>Answers with a rollout and its machines as they stand now.</summary>
    public static async Task<IResult> AnswerAsync(HttpContext context, UnitRunner units, RolloutReading reading, string id)
    {
        var outcome = await units.ReadAsync(context, async (db, ct) =>
        {
            var found = await FindAsync(db, context.Cluster().Id, id, ct);
            return Show(found, await reading.ReadAsync(db, found, ct));
        });
        context.Response.Headers.CacheControl = "no-store";
        return outcome.Match(shape => JsonReplies.Json(shape, RestJson.Default.RolloutShape));
    }

    /// <summary>Shows a rollout; without machines as it stands in lists.</summary>
    public static RolloutShape Show(RolloutRecord rollout, IReadOnlyList<MachineRolloutProgress>? machines = null) => new()
    {
        Id = rollout.Id,
        Revision = rollout.Revision,
        Strategy = rollout.Strategy,
        State = rollout.State,
        Reason = rollout.Reason.Length == 0 ? null : rollout.Reason,
        CreatedAt = rollout.CreatedAt,
        StartedAt = rollout.StartedAt,
        EndedAt = rollout.EndedAt,
        Deadline = rollout.Deadline,
        ConfirmDeadline = rollout.ConfirmDeadline,
        ConfirmedAt = rollout.ConfirmedAt,
        Counts = machines is null ? null : Count(machines),
        Machines = machines is null
            ? null
            : [.. machines.Select(m => new RolloutMachineShape { Name = m.Name, State = m.State, At = m.At, Error = m.Error })],
    };

    private static RolloutCounts Count(IReadOnlyList<MachineRolloutProgress> machines)
    {
        int Of(RolloutMachineState state) => machines.Count(m => m.State == state);
        return new RolloutCounts
        {
            Total = machines.Count,
            Waiting = Of(RolloutMachineState.Waiting),
            Pending = Of(RolloutMachineState.Pending),
            Applying = Of(RolloutMachineState.Applying),
            Applied = Of(RolloutMachineState.Applied),
            Verified = Of(RolloutMachineState.Verified),
            Failed = Of(RolloutMachineState.Failed),
            RolledBack = Of(RolloutMachineState.RolledBack),
        };
    }
}

using Cluster.Domain.Failures;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.Requests;
using Cluster.Storage;
using Cluster.Storage.Units;

namespace Cluster.Manager.Hosting.Units;

/// <summary>
/// Runs the unit of work of a request: lock, retry, dry run and refusals are here and nowhere else. The work may run more than
/// once, so it makes everything that it returns itself and changes nothing outside.
/// </summary>
internal sealed class UnitRunner(ClusterDatabase database)
{
    /// <summary>Reads; all queries see the same state.</summary>
    public Task<Outcome<T>> ReadAsync<T>(HttpContext context, Func<ClusterDbContext, CancellationToken, Task<T>> work) =>
        CatchAsync(() => database.ReadAsync(work, context.RequestAborted));

    /// <summary>
    /// Writes, in one transaction: under the lock of the cluster in the path, or without a lock where the path has none. A dry
    /// run does all of it and stores nothing.
    /// </summary>
    public async Task<Outcome<T>> WriteAsync<T>(HttpContext context, Func<ClusterDbContext, WriteRequest, CancellationToken, Task<T>> work)
    {
        var read = WriteRequest.Read(context);
        if (!read.Succeeded) return read.Failure;
        var request = read.Value;
        return await CatchAsync(() => database.WriteAsync(
            context.Features.Get<ClusterScope>()?.Id,
            (db, ct) =>
            {
                if (request.DryRun) db.Unit.RollBack();
                return work(db, request, ct);
            },
            context.RequestAborted));
    }

    private static async Task<Outcome<T>> CatchAsync<T>(Func<Task<T>> run)
    {
        try
        {
            return Outcome.Of(await run());
        }
        catch (RefusedException refused)
        {
            return refused.Failure;
        }
    }
}

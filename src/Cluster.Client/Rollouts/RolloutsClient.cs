using Cluster.Client.Connection;
using Cluster.Client.Values;
using Cluster.Contracts.Rollouts;

namespace Cluster.Client.Rollouts;

/// <summary>Rollouts: revisions on their way to machines.</summary>
public sealed class RolloutsClient
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private readonly ResourceScope scope;

    internal RolloutsClient(ResourceScope scope) => this.scope = scope;

    /// <summary>Reads a rollout with the progress of every machine; fails with the problem <c>not-found</c> when there is none.</summary>
    public async Task<RolloutShape> GetAsync(Guid id, CancellationToken ct = default) =>
        (await scope.Transport.GetAsync<RolloutShape>(scope.Routes.Rollout(id.ToString()), null, ct).ConfigureAwait(false)).Value;

    /// <summary>Lists rollouts, newest first.</summary>
    /// <param name="state">For example <c>running</c>; null = any.</param>
    /// <param name="ct">Ends the reading.</param>
    public IAsyncEnumerable<RolloutShape> ListAsync(string? state = null, CancellationToken ct = default) =>
        scope.Transport.ListAsync<RolloutShape>(() => new RestRequest(HttpMethod.Get, scope.Routes.Rollouts).Query("state", state), ct);

    /// <summary>Waits until a rollout has ended, well or not.</summary>
    /// <param name="id">The rollout.</param>
    /// <param name="progress">Is told every state that was read, the last one included.</param>
    /// <param name="ct">Ends the waiting; the rollout goes on.</param>
    public async Task<RolloutShape> WaitAsync(Guid id, IProgress<RolloutShape>? progress = null, CancellationToken ct = default)
    {
        while (true)
        {
            var rollout = await GetAsync(id, ct).ConfigureAwait(false);
            progress?.Report(rollout);
            if (rollout.EndedAt is not null) return rollout;
            await Task.Delay(Pause, scope.Transport.Clock, ct).ConfigureAwait(false);
        }
    }

    /// <summary>Stops a rollout from moving further machines.</summary>
    public Task<RolloutShape> PauseAsync(Guid id, WriteOptions? options = null, CancellationToken ct = default) =>
        ActAsync(id, "pause", options, ct);

    /// <summary>Goes on with a paused rollout.</summary>
    public Task<RolloutShape> ResumeAsync(Guid id, WriteOptions? options = null, CancellationToken ct = default) =>
        ActAsync(id, "resume", options, ct);

    /// <summary>Rolls the rollout's revision back by a new revision.</summary>
    public Task<RolloutShape> RollBackAsync(Guid id, WriteOptions? options = null, CancellationToken ct = default) =>
        ActAsync(id, "rollback", options, ct);

    /// <summary>Ends a rollout that has not ended yet.</summary>
    public async Task<RolloutShape> CancelAsync(
        Guid id, RolloutCancel? how = null, WriteOptions? options = null, CancellationToken ct = default)
    {
        var written = await scope.Transport
            .WriteAsync<RolloutCancel, RolloutShape>(HttpMethod.Post, Path(id, "cancel"), how ?? new RolloutCancel(), options, ct)
            .ConfigureAwait(false);
        return written.Value;
    }

    private async Task<RolloutShape> ActAsync(Guid id, string action, WriteOptions? options, CancellationToken ct) =>
        (await scope.Transport.ActAsync<RolloutShape>(Path(id, action), options, ct).ConfigureAwait(false)).Value;

    private string Path(Guid id, string action) => scope.Routes.RolloutAction(id.ToString(), action);
}

using System.Globalization;
using Cluster.Client.Connection;
using Cluster.Client.Values;
using Cluster.Contracts.Diffs;
using Cluster.Contracts.Revisions;

namespace Cluster.Client.Revisions;

/// <summary>Revisions: what was committed.</summary>
public sealed class RevisionsClient
{
    private readonly ResourceScope scope;

    internal RevisionsClient(ResourceScope scope) => this.scope = scope;

    /// <summary>Reads a revision; fails with the problem <c>not-found</c> when there is none.</summary>
    public async Task<RevisionShape> GetAsync(long number, CancellationToken ct = default) =>
        (await scope.Transport.GetAsync<RevisionShape>(scope.Routes.Revision(Text(number)), null, ct).ConfigureAwait(false)).Value;

    /// <summary>Lists revisions, newest first.</summary>
    public IAsyncEnumerable<RevisionShape> ListAsync(CancellationToken ct = default) =>
        scope.Transport.ListAsync<RevisionShape>(() => new RestRequest(HttpMethod.Get, scope.Routes.Revisions), ct);

    /// <summary>What differs between two revisions.</summary>
    /// <param name="number">The later one.</param>
    /// <param name="from">The earlier one; null = the one before.</param>
    /// <param name="ct">Ends the reading.</param>
    public async Task<DiffShape> DiffAsync(long number, long? from = null, CancellationToken ct = default)
    {
        var request = new RestRequest(HttpMethod.Get, Part(number, "diff")).Query("from", from is { } earlier ? Text(earlier) : null);
        return (await scope.Transport.SendAsync(request, ct).ConfigureAwait(false)).Read<DiffShape>();
    }

    /// <summary>Rolls back to a revision: a new one gets its documents.</summary>
    /// <returns>The new revision; null in a dry run.</returns>
    public Task<Written<RevisionShape?>> RollBackAsync(
        long number, RollbackRequest? request = null, WriteOptions? options = null, CancellationToken ct = default) =>
        scope.Transport.CommitAsync(Part(number, "rollback"), request ?? new RollbackRequest(), options, ct);

    /// <summary>Gives the items of one revision their former documents, by a new one.</summary>
    /// <returns>The new revision; null in a dry run.</returns>
    public Task<Written<RevisionShape?>> UndoAsync(
        long number, RollbackRequest? request = null, WriteOptions? options = null, CancellationToken ct = default) =>
        scope.Transport.CommitAsync(Part(number, "undo"), request ?? new RollbackRequest(), options, ct);

    /// <summary>Confirms a revision that was committed with <c>confirmWithin</c>.</summary>
    public async Task<RevisionShape> ConfirmAsync(long number, WriteOptions? options = null, CancellationToken ct = default) =>
        (await scope.Transport.ActAsync<RevisionShape>(Part(number, "confirm"), options, ct).ConfigureAwait(false)).Value;

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private string Part(long number, string part) => scope.Routes.RevisionPart(Text(number), part);
}

using Cluster.Client.Connection;
using Cluster.Client.Values;
using Cluster.Contracts.ChangeSets;
using Cluster.Contracts.Diffs;
using Cluster.Contracts.Json;
using Cluster.Contracts.Levels;
using Cluster.Contracts.Revisions;

namespace Cluster.Client.ChangeSets;

/// <summary>Change sets: edits that are committed together or not at all.</summary>
public sealed class ChangeSetsClient
{
    private readonly ResourceScope scope;

    internal ChangeSetsClient(ResourceScope scope) => this.scope = scope;

    /// <summary>Opens a change set for staging: nothing of it runs until it is committed.</summary>
    public Task<Written<ChangeSetShape>> OpenAsync(
        string? description = null, WriteOptions? options = null, CancellationToken ct = default) =>
        scope.Transport.WriteAsync<ChangeSetWrite, ChangeSetShape>(
            HttpMethod.Post, scope.Routes.ChangeSets, new ChangeSetWrite { Description = description }, options, ct);

    /// <summary>Reads a change set; fails with the problem <c>not-found</c> when there is none.</summary>
    public Task<Versioned<ChangeSetShape>> GetAsync(Guid id, CancellationToken ct = default) =>
        scope.Transport.GetAsync<ChangeSetShape>(scope.Routes.ChangeSet(id.ToString()), null, ct);

    /// <summary>Lists change sets; null = in any state.</summary>
    public IAsyncEnumerable<ChangeSetShape> ListAsync(ChangeSetState? state = null, CancellationToken ct = default) =>
        scope.Transport.ListAsync<ChangeSetShape>(
            () => new RestRequest(HttpMethod.Get, scope.Routes.ChangeSets)
                .Query("state", state is { } wanted ? EnumNames.Of(wanted) : null),
            ct);

    /// <summary>Discards the edits; signing requests and keys stay.</summary>
    public Task<ChangeReceipt> AbandonAsync(Guid id, WriteOptions? options = null, CancellationToken ct = default) =>
        scope.Transport.DeleteAsync(scope.Routes.ChangeSet(id.ToString()), options, ct);

    /// <summary>Lists the staged edits.</summary>
    public IAsyncEnumerable<EditShape> ListEditsAsync(Guid id, CancellationToken ct = default) =>
        scope.Transport.ListAsync<EditShape>(() => new RestRequest(HttpMethod.Get, Part(id, "edits")), ct);

    /// <summary>Takes one edit out.</summary>
    public Task<ChangeReceipt> UnstageAsync(Guid id, string kind, string name, LevelName? level = null, CancellationToken ct = default) =>
        scope.Transport.DeleteAsync(scope.Routes.Edit(id.ToString(), kind, name), new WriteOptions { Level = level }, ct);

    /// <summary>What a commit would change.</summary>
    public async Task<DiffShape> DiffAsync(Guid id, CancellationToken ct = default) =>
        (await scope.Transport.GetAsync<DiffShape>(Part(id, "diff"), null, ct).ConfigureAwait(false)).Value;

    /// <summary>Everything that would be found, the impact, and the codes that a commit must acknowledge.</summary>
    public async Task<ValidationShape> ValidateAsync(Guid id, CancellationToken ct = default) =>
        (await scope.Transport.ActAsync<ValidationShape>(Part(id, "validate"), null, ct).ConfigureAwait(false)).Value;

    /// <summary>Decides conflicts, item by item.</summary>
    public async Task<ChangeReceipt> ResolveAsync(Guid id, ResolveRequest decisions, CancellationToken ct = default)
    {
        var request = new RestRequest(HttpMethod.Post, Part(id, "resolve")) { Body = RestTransport.Json(decisions) };
        return (await scope.Transport.SendAsync(request, ct).ConfigureAwait(false)).Receipt();
    }

    /// <summary>Commits all edits as one revision; waits for its rollout if <see cref="WriteOptions.Wait"/> says so.</summary>
    /// <returns>The revision; null in a dry run, which has no number to show.</returns>
    public Task<Written<RevisionShape?>> CommitAsync(
        Guid id, CommitRequest commit, WriteOptions? options = null, CancellationToken ct = default) =>
        scope.Transport.CommitAsync(Part(id, "commit"), commit, options, ct);

    private string Part(Guid id, string part) => scope.Routes.ChangeSetPart(id.ToString(), part);
}

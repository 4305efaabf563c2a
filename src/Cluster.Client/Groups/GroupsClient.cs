using Cluster.Client.Connection;
using Cluster.Client.Values;
using Cluster.Contracts.Groups;

namespace Cluster.Client.Groups;

/// <summary>Groups of machines.</summary>
public sealed class GroupsClient
{
    private readonly ResourceScope scope;

    internal GroupsClient(ResourceScope scope) => this.scope = scope;

    /// <summary>Makes a group, or replaces what it says of itself.</summary>
    public Task<Written<GroupShape>> PutAsync(
        string name, GroupWrite? group = null, WriteOptions? options = null, CancellationToken ct = default) =>
        scope.Transport.WriteAsync<GroupWrite, GroupShape>(
            HttpMethod.Put, scope.Routes.Group(name), group ?? new GroupWrite(), scope.Write(options), ct);

    /// <summary>Changes the members that are given; a name renames the group at once.</summary>
    public Task<Written<GroupShape>> PatchAsync(
        string name, GroupWrite changes, WriteOptions? options = null, CancellationToken ct = default) =>
        scope.Transport.WriteAsync<GroupWrite, GroupShape>(HttpMethod.Patch, scope.Routes.Group(name), changes, scope.Write(options), ct);

    /// <summary>Reads a group; fails with the problem <c>not-found</c> when there is none.</summary>
    public Task<Versioned<GroupShape>> GetAsync(string name, CancellationToken ct = default) =>
        scope.Transport.GetAsync<GroupShape>(scope.Routes.Group(name), scope.View(null), ct);

    /// <summary>Lists groups page by page, ordered by name.</summary>
    public IAsyncEnumerable<GroupShape> ListAsync(CancellationToken ct = default) =>
        scope.Transport.ListAsync<GroupShape>(() => new RestRequest(HttpMethod.Get, scope.Routes.Groups).With(scope.View(null)), ct);

    /// <summary>Deletes a group with what its level defines.</summary>
    /// <param name="name">The group.</param>
    /// <param name="moveMachinesTo">Group that its machines go to, at once; needed when there are any.</param>
    /// <param name="options">Conditions, change set, dry run.</param>
    /// <param name="ct">Ends the request.</param>
    public async Task<ChangeReceipt> DeleteAsync(
        string name, string? moveMachinesTo = null, WriteOptions? options = null, CancellationToken ct = default)
    {
        var request = new RestRequest(HttpMethod.Delete, scope.Routes.Group(name))
            .With(scope.Write(options)).Query("moveMachinesTo", moveMachinesTo);
        return (await scope.Transport.SendAsync(request, ct).ConfigureAwait(false)).Receipt();
    }
}

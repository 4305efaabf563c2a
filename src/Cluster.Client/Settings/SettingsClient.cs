using System.Text.Json.Nodes;
using Cluster.Client.Connection;
using Cluster.Client.Values;
using Cluster.Contracts.Settings;

namespace Cluster.Client.Settings;

/// <summary>Named settings of one kind: listeners, mail flow policies, destination controls and so on.</summary>
/// <typeparam name="T">Record of the kind.</typeparam>
public sealed class SettingsClient<T>
    where T : class, ISettingsDocument
{
    private const string EveryLevel = "*";
    private readonly ResourceScope scope;
    private readonly SettingsEndpoint<T> endpoint;

    internal SettingsClient(ResourceScope scope) => (this.scope, endpoint) = (scope, new SettingsEndpoint<T>(scope));

    private static string Kind => T.Kind;

    /// <summary>Reads what a level defines; <c>not-defined-at-level</c> says where it is inherited from.</summary>
    public Task<Versioned<SettingsItem<T>>> GetAsync(string name, ViewOptions? view = null, CancellationToken ct = default) =>
        endpoint.GetAsync(Path(name), name, view, ct);

    /// <summary>Lists what a level defines, by name.</summary>
    public IAsyncEnumerable<SettingsItem<T>> ListAsync(ViewOptions? view = null, CancellationToken ct = default) =>
        endpoint.ListAsync(scope.Routes.Kind(Kind), view, null, ct);

    /// <summary>Lists what every level defines, by name.</summary>
    /// <param name="changeSet">Read as if this change set were committed.</param>
    /// <param name="ct">Ends the reading.</param>
    public IAsyncEnumerable<SettingsItem<T>> ListAllLevelsAsync(Guid? changeSet = null, CancellationToken ct = default) =>
        endpoint.ListAsync(scope.Routes.Kind(Kind), new ViewOptions { ChangeSet = changeSet }, EveryLevel, ct);

    /// <summary>Makes or replaces.</summary>
    public Task<Written<SettingsItem<T>>> PutAsync(string name, T document, WriteOptions? options = null, CancellationToken ct = default) =>
        endpoint.WriteAsync(HttpMethod.Put, Path(name), name, document, options, ct);

    /// <summary>Changes the members that the patch holds; null removes (RFC 7396).</summary>
    public Task<Written<SettingsItem<T>>> PatchAsync(
        string name, JsonObject patch, WriteOptions? options = null, CancellationToken ct = default) =>
        endpoint.WriteAsync(HttpMethod.Patch, Path(name), name, patch, options, ct);

    /// <summary>Hides the name at a group or machine, so that what farther levels define does not hold there.</summary>
    public Task<Written<SettingsItem<T>>> HideAsync(string name, WriteOptions options, CancellationToken ct = default) =>
        endpoint.HideAsync(Path(name), name, options, ct);

    /// <summary>Deletes what a level defines, so that it inherits again.</summary>
    public Task<ChangeReceipt> DeleteAsync(string name, WriteOptions? options = null, CancellationToken ct = default) =>
        endpoint.DeleteAsync(Path(name), options, ct);

    /// <summary>Copies to another level.</summary>
    public Task<Written<SettingsItem<T>>> CopyAsync(
        string name, RelocationRequest to, WriteOptions? options = null, CancellationToken ct = default) =>
        endpoint.WriteAsync(HttpMethod.Post, scope.Routes.ItemAction(Kind, name, "copy"), name, to, options, ct);

    /// <summary>Moves to another level.</summary>
    public Task<Written<SettingsItem<T>>> MoveAsync(
        string name, RelocationRequest to, WriteOptions? options = null, CancellationToken ct = default) =>
        endpoint.WriteAsync(HttpMethod.Post, scope.Routes.ItemAction(Kind, name, "move"), name, to, options, ct);

    private string Path(string name) => scope.Routes.Item(Kind, name);
}

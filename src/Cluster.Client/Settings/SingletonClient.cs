using System.Text.Json.Nodes;
using Cluster.Client.Connection;
using Cluster.Client.Values;
using Cluster.Contracts.Settings;

namespace Cluster.Client.Settings;

/// <summary>Settings of which each level has one: outbound, trust, agent settings and so on.</summary>
/// <typeparam name="T">Record of the kind.</typeparam>
public sealed class SingletonClient<T>
    where T : class, ISingletonDocument
{
    private readonly ResourceScope scope;
    private readonly SettingsEndpoint<T> endpoint;

    internal SingletonClient(ResourceScope scope) => (this.scope, endpoint) = (scope, new SettingsEndpoint<T>(scope));

    private static string Kind => T.Kind;

    private string Path => scope.Routes.Kind(Kind);

    /// <summary>Reads what a level defines; empty where the cluster defines nothing.</summary>
    public Task<Versioned<SettingsItem<T>>> GetAsync(ViewOptions? view = null, CancellationToken ct = default) =>
        endpoint.GetAsync(Path, Kinds.SingletonName, view, ct);

    /// <summary>Makes or replaces.</summary>
    public Task<Written<SettingsItem<T>>> PutAsync(T document, WriteOptions? options = null, CancellationToken ct = default) =>
        endpoint.WriteAsync(HttpMethod.Put, Path, Kinds.SingletonName, document, options, ct);

    /// <summary>Changes the members that the patch holds; null removes (RFC 7396).</summary>
    public Task<Written<SettingsItem<T>>> PatchAsync(JsonObject patch, WriteOptions? options = null, CancellationToken ct = default) =>
        endpoint.WriteAsync(HttpMethod.Patch, Path, Kinds.SingletonName, patch, options, ct);

    /// <summary>Deletes what a level defines, so that it inherits again.</summary>
    public Task<ChangeReceipt> DeleteAsync(WriteOptions? options = null, CancellationToken ct = default) =>
        endpoint.DeleteAsync(Path, options, ct);

    /// <summary>Copies to another level.</summary>
    public Task<Written<SettingsItem<T>>> CopyAsync(RelocationRequest to, WriteOptions? options = null, CancellationToken ct = default) =>
        endpoint.WriteAsync(HttpMethod.Post, scope.Routes.KindAction(Kind, "copy"), Kinds.SingletonName, to, options, ct);

    /// <summary>Moves to another level.</summary>
    public Task<Written<SettingsItem<T>>> MoveAsync(RelocationRequest to, WriteOptions? options = null, CancellationToken ct = default) =>
        endpoint.WriteAsync(HttpMethod.Post, scope.Routes.KindAction(Kind, "move"), Kinds.SingletonName, to, options, ct);
}

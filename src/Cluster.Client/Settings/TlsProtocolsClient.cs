using System.Text.Json.Nodes;
using Cluster.Client.Connection;
using Cluster.Client.Values;
using Cluster.Contracts.Settings;

namespace Cluster.Client.Settings;

/// <summary>TLS versions and ciphers: one document for all blocks of a level, each of which is an item of its own.</summary>
public sealed class TlsProtocolsClient
{
    private readonly ResourceScope scope;

    internal TlsProtocolsClient(ResourceScope scope) => this.scope = scope;

    private string Path => scope.Routes.Kind(TlsProtocolBlock.Kind);

    /// <summary>Reads the blocks that a level defines; empty where the cluster defines none.</summary>
    public Task<Versioned<TlsProtocolBlocks>> GetAsync(ViewOptions? view = null, CancellationToken ct = default) =>
        scope.Transport.GetAsync<TlsProtocolBlocks>(Path, scope.View(view), ct);

    /// <summary>Makes the level define these blocks and no other.</summary>
    public Task<Written<TlsProtocolBlocks>> PutAsync(
        TlsProtocolBlocks blocks, WriteOptions? options = null, CancellationToken ct = default) =>
        WriteAsync(HttpMethod.Put, Path, blocks, options, ct);

    /// <summary>Changes blocks and their members; null removes (RFC 7396).</summary>
    public Task<Written<TlsProtocolBlocks>> PatchAsync(JsonObject patch, WriteOptions? options = null, CancellationToken ct = default) =>
        WriteAsync(HttpMethod.Patch, Path, patch, options, ct);

    /// <summary>Deletes all blocks of a level, so that it inherits them again.</summary>
    public Task<ChangeReceipt> DeleteAsync(WriteOptions? options = null, CancellationToken ct = default) =>
        scope.Transport.DeleteAsync(Path, scope.Write(options), ct);

    /// <summary>Copies all blocks to another level.</summary>
    public Task<Written<TlsProtocolBlocks>> CopyAsync(RelocationRequest to, WriteOptions? options = null, CancellationToken ct = default) =>
        WriteAsync(HttpMethod.Post, scope.Routes.KindAction(TlsProtocolBlock.Kind, "copy"), to, options, ct);

    /// <summary>Moves all blocks to another level.</summary>
    public Task<Written<TlsProtocolBlocks>> MoveAsync(RelocationRequest to, WriteOptions? options = null, CancellationToken ct = default) =>
        WriteAsync(HttpMethod.Post, scope.Routes.KindAction(TlsProtocolBlock.Kind, "move"), to, options, ct);

    private Task<Written<TlsProtocolBlocks>> WriteAsync<TBody>(
        HttpMethod method, string path, TBody body, WriteOptions? options, CancellationToken ct) =>
        scope.Transport.WriteAsync<TBody, TlsProtocolBlocks>(method, path, body, scope.Write(options), ct);
}

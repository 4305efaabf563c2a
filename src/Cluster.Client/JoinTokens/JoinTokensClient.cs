using Cluster.Client.Connection;
using Cluster.Client.Values;
using Cluster.Contracts.JoinTokens;

namespace Cluster.Client.JoinTokens;

/// <summary>Tokens by which hosts join the cluster.</summary>
public sealed class JoinTokensClient
{
    private readonly ResourceScope scope;

    internal JoinTokensClient(ResourceScope scope) => this.scope = scope;

    /// <summary>Makes a join token; its secret is in this answer and never again.</summary>
    public Task<Written<JoinTokenShape>> CreateAsync(
        JoinTokenCreate? token = null, WriteOptions? options = null, CancellationToken ct = default) =>
        scope.Transport.WriteAsync<JoinTokenCreate, JoinTokenShape>(
            HttpMethod.Post, scope.Routes.JoinTokens, token ?? new JoinTokenCreate(), options, ct);

    /// <summary>Reads a join token; fails with the problem <c>not-found</c> when there is none.</summary>
    public Task<Versioned<JoinTokenShape>> GetAsync(Guid id, CancellationToken ct = default) =>
        scope.Transport.GetAsync<JoinTokenShape>(scope.Routes.JoinToken(id.ToString()), null, ct);

    /// <summary>Lists join tokens that have not expired.</summary>
    public IAsyncEnumerable<JoinTokenShape> ListAsync(CancellationToken ct = default) =>
        scope.Transport.ListAsync<JoinTokenShape>(() => new RestRequest(HttpMethod.Get, scope.Routes.JoinTokens), ct);

    /// <summary>Ends a join token; hosts that joined with it stay.</summary>
    public Task<ChangeReceipt> DeleteAsync(Guid id, WriteOptions? options = null, CancellationToken ct = default) =>
        scope.Transport.DeleteAsync(scope.Routes.JoinToken(id.ToString()), options, ct);
}

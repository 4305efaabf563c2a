using Cluster.Client.Connection;
using Cluster.Client.Values;
using Cluster.Contracts.Access;
using Cluster.Contracts.Rest;

namespace Cluster.Client.Access;

/// <summary>Bearer tokens.</summary>
public sealed class TokensClient
{
    private readonly RestTransport transport;

    internal TokensClient(RestTransport transport) => this.transport = transport;

    /// <summary>Makes a token; its secret is in this answer and never again.</summary>
    public Task<Written<TokenShape>> CreateAsync(TokenCreate token, WriteOptions? options = null, CancellationToken ct = default) =>
        transport.WriteAsync<TokenCreate, TokenShape>(HttpMethod.Post, Routes.Tokens, token, options, ct);

    /// <summary>Reads a token; fails with the problem <c>not-found</c> when there is none.</summary>
    public Task<Versioned<TokenShape>> GetAsync(Guid id, CancellationToken ct = default) =>
        transport.GetAsync<TokenShape>(Routes.Token(id.ToString()), null, ct);

    /// <summary>Lists the tokens that the caller may see.</summary>
    public IAsyncEnumerable<TokenShape> ListAsync(CancellationToken ct = default) =>
        transport.ListAsync<TokenShape>(() => new RestRequest(HttpMethod.Get, Routes.Tokens), ct);

    /// <summary>Ends a token at once.</summary>
    public Task<ChangeReceipt> DeleteAsync(Guid id, WriteOptions? options = null, CancellationToken ct = default) =>
        transport.DeleteAsync(Routes.Token(id.ToString()), options, ct);
}

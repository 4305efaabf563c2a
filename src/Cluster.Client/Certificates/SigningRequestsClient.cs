using Cluster.Client.Connection;
using Cluster.Client.Values;
using Cluster.Contracts.Certificates;
using Cluster.Contracts.Json;

namespace Cluster.Client.Certificates;

/// <summary>Signing requests of all certificates, closed ones included.</summary>
public sealed class SigningRequestsClient
{
    private readonly ResourceScope scope;

    internal SigningRequestsClient(ResourceScope scope) => this.scope = scope;

    /// <summary>Lists signing requests page by page; a state of null lists those of every state.</summary>
    public IAsyncEnumerable<SigningRequestShape> ListAsync(
        SigningRequestState? state = null, string? certificate = null, CancellationToken ct = default) =>
        scope.Transport.ListAsync<SigningRequestShape>(
            () => new RestRequest(HttpMethod.Get, scope.Routes.SigningRequests)
                .Query("state", state is { } wanted ? EnumNames.Of(wanted) : null)
                .Query("certificate", certificate),
            ct);

    /// <summary>Reads a signing request; fails with the problem <c>not-found</c> when there is none.</summary>
    public Task<Versioned<SigningRequestShape>> GetAsync(Guid id, CancellationToken ct = default) =>
        scope.Transport.GetAsync<SigningRequestShape>(scope.Routes.SigningRequest(id.ToString()), null, ct);

    /// <summary>Cancels an open signing request; a key that no version has is destroyed.</summary>
    public Task<ChangeReceipt> CancelAsync(Guid id, WriteOptions? options = null, CancellationToken ct = default) =>
        scope.Transport.DeleteAsync(scope.Routes.SigningRequest(id.ToString()), options, ct);
}

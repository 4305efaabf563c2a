using System.Net.Http.Headers;
using Cluster.Client.Access;
using Cluster.Client.Audit;
using Cluster.Client.Clusters;
using Cluster.Client.Connection;
using Cluster.Client.Inspect;
using Cluster.Contracts.Rest;

namespace Cluster.Client;

/// <summary>
/// A typed client of a manager's REST API. Refusals arrive as <see cref="Problems.ProblemException"/>, a manager that cannot be reached as
/// <see cref="HttpRequestException"/>. Safe for use by several threads.
/// </summary>
public sealed class ClusterClient : IDisposable
{
    private readonly HttpClient http;
    private readonly RestTransport transport;

    /// <summary>Connects as the options say.</summary>
    /// <exception cref="ArgumentException">The CA file does not hold the pinned key, or the pin has another form.</exception>
    public ClusterClient(ClusterClientOptions options)
        : this(ManagerTrust.HandlerFor(options), options)
    {
    }

    /// <summary>Connects through a handler of the caller's, which decides about TLS: the options' CA file and pin are not used.</summary>
    public ClusterClient(HttpMessageHandler handler, ClusterClientOptions options)
    {
        http = new HttpClient(handler) { BaseAddress = options.Address, Timeout = options.Timeout };
        if (options.Token is { } token) http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        transport = new RestTransport(http, options.Clock);
    }

    /// <summary>Clusters: make, rename, delete.</summary>
    public ClustersClient Clusters => new(transport);

    /// <summary>Bearer tokens.</summary>
    public TokensClient Tokens => new(transport);

    /// <summary>Audit events of everything that the token has a grant in.</summary>
    public AuditClient Audit => new(transport, Routes.Audit);

    /// <summary>Looks into files; nothing is stored.</summary>
    public InspectClient Inspect => new(transport);

    /// <summary>What is in one cluster.</summary>
    /// <param name="name">Its name.</param>
    public ClusterResources Cluster(string name) => new(transport, name, null);

    /// <summary>Whether the manager can serve; false also when it cannot be reached.</summary>
    public async Task<bool> IsReadyAsync(CancellationToken ct = default)
    {
        try
        {
            await transport.SendAsync(new RestRequest(HttpMethod.Get, Routes.Ready), ct).ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (e is HttpRequestException or Problems.ProblemException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();
}

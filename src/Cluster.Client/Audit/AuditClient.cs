using Cluster.Client.Connection;
using Cluster.Contracts.Audit;

namespace Cluster.Client.Audit;

/// <summary>Audit events, newest first.</summary>
public sealed class AuditClient
{
    private readonly RestTransport transport;
    private readonly string path;

    internal AuditClient(RestTransport transport, string path) => (this.transport, this.path) = (transport, path);

    /// <summary>Lists events; null = any.</summary>
    /// <param name="actor">Name of a token, a machine or the program.</param>
    /// <param name="action">Noun and verb, for example <c>machine.ban</c>.</param>
    /// <param name="target">What it was done to, for example <c>machines/mx1</c>.</param>
    /// <param name="ct">Ends the reading.</param>
    public IAsyncEnumerable<AuditEventShape> ListAsync(
        string? actor = null, string? action = null, string? target = null, CancellationToken ct = default) =>
        transport.ListAsync<AuditEventShape>(
            () => new RestRequest(HttpMethod.Get, path).Query("actor", actor).Query("action", action).Query("target", target), ct);
}

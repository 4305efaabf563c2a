using Cluster.Client.Connection;
using Cluster.Contracts.Certificates;
using Cluster.Contracts.Rest;

namespace Cluster.Client.Inspect;

/// <summary>Looks into files of certificates and keys; nothing is stored.</summary>
public sealed class InspectClient
{
    private readonly RestTransport transport;

    internal InspectClient(RestTransport transport) => this.transport = transport;

    /// <summary>Says what an upload holds, and what an import would find about it.</summary>
    public async Task<InspectResult> InspectAsync(CertificateImport upload, CancellationToken ct = default)
    {
        var request = new RestRequest(HttpMethod.Post, Routes.Inspect) { Body = RestTransport.Json(upload) };
        return (await transport.SendAsync(request, ct).ConfigureAwait(false)).Read<InspectResult>();
    }
}

using Cluster.Client.Connection;
using Cluster.Client.Values;
using Cluster.Contracts.Certificates;
using Cluster.Contracts.Rest;
using Cluster.Contracts.Settings;

namespace Cluster.Client.Certificates;

/// <summary>Trusted authorities as files.</summary>
public sealed class AuthoritiesClient
{
    private readonly ResourceScope scope;

    internal AuthoritiesClient(ResourceScope scope) => this.scope = scope;

    /// <summary>Makes or replaces an authority from a file: PEM, DER or PKCS#7.</summary>
    public async Task<Written<ImportedAuthority>> ImportAsync(
        string name,
        ReadOnlyMemory<byte> file,
        string mediaType = MediaTypes.Pem,
        WriteOptions? options = null,
        CancellationToken ct = default)
    {
        var request = new RestRequest(HttpMethod.Post, Path(name, "import")) { Body = RestTransport.File(file, mediaType) };
        var reply = await scope.Transport.SendAsync(request.With(scope.Write(options)), ct).ConfigureAwait(false);
        return reply.ReadWritten<ImportedAuthority>();
    }

    /// <summary>What stands in an authority, and what is found about it.</summary>
    public async Task<AuthorityContents> GetCertificatesAsync(string name, ViewOptions? view = null, CancellationToken ct = default)
    {
        var request = Certificates(name, view, MediaTypes.Json);
        return (await scope.Transport.SendAsync(request, ct).ConfigureAwait(false)).Read<AuthorityContents>();
    }

    /// <summary>The certificates of an authority as PEM text, each once.</summary>
    public async Task<string> GetPemAsync(string name, ViewOptions? view = null, CancellationToken ct = default) =>
        (await scope.Transport.SendAsync(Certificates(name, view, MediaTypes.Pem), ct).ConfigureAwait(false)).Text;

    // Without Accept it is PEM.
    private RestRequest Certificates(string name, ViewOptions? view, string mediaType) =>
        new RestRequest(HttpMethod.Get, Path(name, "certificates")).With(scope.View(view)).Header("Accept", mediaType);

    private string Path(string name, string part) => scope.Routes.ItemAction(TrustedAuthority.Kind, name, part);
}

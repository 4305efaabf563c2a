using System.Text.Json.Nodes;
using Cluster.Client.Connection;
using Cluster.Client.Values;
using Cluster.Contracts.Certificates;
using Cluster.Contracts.Rest;
using Cluster.Contracts.Settings;

namespace Cluster.Client.Certificates;

/// <summary>Certificates: stable names that point to immutable versions.</summary>
public sealed class CertificatesClient
{
    private readonly ResourceScope scope;

    internal CertificatesClient(ResourceScope scope) => this.scope = scope;

    /// <summary>Makes a self-signed certificate with an open signing request.</summary>
    public Task<Written<CertificateShape>> CreateAsync(
        CertificateCreate certificate, WriteOptions? options = null, CancellationToken ct = default) =>
        scope.Transport.WriteAsync<CertificateCreate, CertificateShape>(
            HttpMethod.Post, scope.Routes.Certificates, certificate, scope.Write(options), ct);

    /// <summary>Imports a certificate with its key: the first version, or the next.</summary>
    public Task<Written<CertificateShape>> ImportAsync(
        string name, CertificateImport upload, WriteOptions? options = null, CancellationToken ct = default) =>
        scope.Transport.WriteAsync<CertificateImport, CertificateShape>(
            HttpMethod.Post, scope.Routes.CertificatePart(name, "import"), upload, scope.Write(options), ct);

    /// <summary>Uploads what an authority signed for a request of this name and level.</summary>
    public Task<Written<CertificateShape>> UploadSignedAsync(
        string name, SignedCertificateUpload upload, WriteOptions? options = null, CancellationToken ct = default) =>
        scope.Transport.WriteAsync<SignedCertificateUpload, CertificateShape>(
            HttpMethod.Put, scope.Routes.SignedCertificate(name), upload, scope.Write(options), ct);

    /// <summary>Reads a certificate with its findings; fails with the problem <c>not-found</c> when there is none.</summary>
    public Task<Versioned<CertificateShape>> GetAsync(string name, ViewOptions? view = null, CancellationToken ct = default) =>
        scope.Transport.GetAsync<CertificateShape>(scope.Routes.Certificate(name), scope.View(view), ct);

    /// <summary>Lists the certificates that a level defines.</summary>
    public IAsyncEnumerable<CertificateShape> ListAsync(ViewOptions? view = null, CancellationToken ct = default) =>
        scope.Transport.ListAsync<CertificateShape>(
            () => new RestRequest(HttpMethod.Get, scope.Routes.Certificates).With(scope.View(view)), ct);

    /// <summary>Replaces the document: the version that it points to, labels, muted findings.</summary>
    public Task<Written<CertificateShape>> PutAsync(
        string name, CertificateSettings document, WriteOptions? options = null, CancellationToken ct = default) =>
        scope.Transport.WriteAsync<CertificateSettings, CertificateShape>(
            HttpMethod.Put, scope.Routes.Certificate(name), document, scope.Write(options), ct);

    /// <summary>Changes the members of the document that the patch holds; null removes (RFC 7396).</summary>
    public Task<Written<CertificateShape>> PatchAsync(
        string name, JsonObject patch, WriteOptions? options = null, CancellationToken ct = default) =>
        scope.Transport.WriteAsync<JsonObject, CertificateShape>(
            HttpMethod.Patch, scope.Routes.Certificate(name), patch, scope.Write(options), ct);

    /// <summary>Hides the name at a group or machine, so that what farther levels define does not hold there.</summary>
    public Task<Written<CertificateShape>> HideAsync(string name, WriteOptions options, CancellationToken ct = default) =>
        scope.Transport.WriteAsync<JsonObject, CertificateShape>(
            HttpMethod.Put, scope.Routes.Certificate(name), new JsonObject { ["hidden"] = true }, scope.Write(options), ct);

    /// <summary>Deletes the name at a level; its versions stay and count on when it comes back.</summary>
    public Task<ChangeReceipt> DeleteAsync(string name, WriteOptions? options = null, CancellationToken ct = default) =>
        scope.Transport.DeleteAsync(scope.Routes.Certificate(name), scope.Write(options), ct);

    /// <summary>Copies the current version to another level.</summary>
    public Task<Written<CertificateShape>> CopyAsync(
        string name, RelocationRequest to, WriteOptions? options = null, CancellationToken ct = default) =>
        scope.Transport.WriteAsync<RelocationRequest, CertificateShape>(
            HttpMethod.Post, scope.Routes.CertificatePart(name, "copy"), to, scope.Write(options), ct);

    /// <summary>Moves the certificate with its versions to another level.</summary>
    public Task<Written<CertificateShape>> MoveAsync(
        string name, RelocationRequest to, WriteOptions? options = null, CancellationToken ct = default) =>
        scope.Transport.WriteAsync<RelocationRequest, CertificateShape>(
            HttpMethod.Post, scope.Routes.CertificatePart(name, "move"), to, scope.Write(options), ct);

    /// <summary>The chain as PEM text, leaf first.</summary>
    public async Task<string> GetChainAsync(string name, ViewOptions? view = null, CancellationToken ct = default)
    {
        var request = new RestRequest(HttpMethod.Get, scope.Routes.CertificatePart(name, "chain"))
            .With(scope.View(view)).Header("Accept", MediaTypes.Pem);
        return (await scope.Transport.SendAsync(request, ct).ConfigureAwait(false)).Text;
    }

    /// <summary>Exports certificate and private key as PKCS#12; needs a grant with exportKeys.</summary>
    public async Task<byte[]> ExportAsync(string name, CertificateExport export, ViewOptions? view = null, CancellationToken ct = default)
    {
        var request = new RestRequest(HttpMethod.Post, scope.Routes.CertificatePart(name, "export")) { Body = RestTransport.Json(export) };
        return (await scope.Transport.SendAsync(request.With(scope.View(view)), ct).ConfigureAwait(false)).Bytes;
    }

    /// <summary>What binds the certificate, who runs it and who holds its key.</summary>
    public async Task<CertificateUsages> GetUsagesAsync(string name, ViewOptions? view = null, CancellationToken ct = default)
    {
        var path = scope.Routes.CertificatePart(name, "usages");
        return (await scope.Transport.GetAsync<CertificateUsages>(path, scope.View(view), ct).ConfigureAwait(false)).Value;
    }

    /// <summary>Opens a signing request for a renewal.</summary>
    public Task<Written<SigningRequestShape>> OpenSigningRequestAsync(
        string name, SigningRequestOpen request, WriteOptions? options = null, CancellationToken ct = default) =>
        scope.Transport.WriteAsync<SigningRequestOpen, SigningRequestShape>(
            HttpMethod.Post, scope.Routes.NewestSigningRequest(name), request, options, ct);

    /// <summary>The newest open signing request of this name and level.</summary>
    public Task<Versioned<SigningRequestShape>> GetSigningRequestAsync(
        string name, ViewOptions? view = null, CancellationToken ct = default) =>
        scope.Transport.GetAsync<SigningRequestShape>(scope.Routes.NewestSigningRequest(name), scope.View(view), ct);

    /// <summary>Lists the versions of a name, newest first.</summary>
    public IAsyncEnumerable<CertificateVersionShape> ListVersionsAsync(
        string name, ViewOptions? view = null, CancellationToken ct = default) =>
        scope.Transport.ListAsync<CertificateVersionShape>(
            () => new RestRequest(HttpMethod.Get, scope.Routes.Versions(name)).With(scope.View(view)), ct);

    /// <summary>Reads one version; fails with the problem <c>not-found</c> when there is none.</summary>
    public Task<Versioned<CertificateVersionShape>> GetVersionAsync(
        string name, int number, ViewOptions? view = null, CancellationToken ct = default) =>
        scope.Transport.GetAsync<CertificateVersionShape>(scope.Routes.Version(name, $"{number}"), view, ct);

    /// <summary>Points back to an earlier version.</summary>
    public Task<Written<CertificateShape>> RestoreVersionAsync(
        string name, int number, WriteOptions? options = null, CancellationToken ct = default) =>
        scope.Transport.ActAsync<CertificateShape>(scope.Routes.VersionAction(name, $"{number}", "restore"), scope.Write(options), ct);

    /// <summary>Marks a version's key as compromised: there is no way back to it; says who holds the key.</summary>
    public Task<Written<CertificateVersionShape>> MarkCompromisedAsync(
        string name, int number, WriteOptions? options = null, CancellationToken ct = default) =>
        scope.Transport.ActAsync<CertificateVersionShape>(scope.Routes.VersionAction(name, $"{number}", "compromised"), options, ct);

    /// <summary>Destroys a version that nothing uses, with its key where no other version has it.</summary>
    public Task<ChangeReceipt> DestroyVersionAsync(string name, int number, WriteOptions? options = null, CancellationToken ct = default) =>
        scope.Transport.DeleteAsync(scope.Routes.Version(name, $"{number}"), options, ct);
}

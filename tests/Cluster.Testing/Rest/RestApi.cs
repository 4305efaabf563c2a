using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;

namespace Cluster.Testing.Rest;

/// <summary>A plain REST client: what automation would do, without types of the product.</summary>
public sealed class RestApi : IDisposable
{
    private const string Base = "/api/v1";
    private readonly HttpClient http;
    private readonly X509Certificate2 root;

    /// <summary>Connects to an address whose certificate leads to the root in a PEM file, with a token or without.</summary>
    public RestApi(Uri address, string rootPemFile, string? token)
    {
        root = X509Certificate2.CreateFromPem(File.ReadAllText(rootPemFile));
        var handler = new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    CustomTrustStore = { root },
                    RevocationMode = X509RevocationMode.NoCheck,
                },
            },
        };
        http = new HttpClient(handler) { BaseAddress = address, Timeout = Patience.Answer };
        if (token is not null)
        {
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }
    }

    /// <summary>GET; a path below /api/v1, or from the root when it starts with /healthz, /openapi or /swagger.</summary>
    public Task<RestAnswer> GetAsync(string path, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Get, path, null, headers);

    /// <summary>POST of JSON.</summary>
    public Task<RestAnswer> PostAsync(string path, JsonNode? body = null, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Post, path, Json(body), headers);

    /// <summary>PUT of JSON.</summary>
    public Task<RestAnswer> PutAsync(string path, JsonNode body, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Put, path, Json(body), headers);

    /// <summary>PATCH with a merge patch (RFC 7396).</summary>
    public Task<RestAnswer> PatchAsync(string path, JsonNode body, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Patch, path, new StringContent(body.ToJsonString(), Encoding.UTF8, "application/merge-patch+json"), headers);

    /// <summary>DELETE.</summary>
    public Task<RestAnswer> DeleteAsync(string path, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Delete, path, null, headers);

    /// <summary>Any method with any content.</summary>
    public async Task<RestAnswer> SendAsync(
        HttpMethod method, string path, HttpContent? content, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, Absolute(path)) { Content = content };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        // As curl does for large bodies: a server that refuses says so before they are sent.
        request.Headers.ExpectContinue = content?.Headers.ContentLength > 1024 * 1024;
        using var response = await http.SendAsync(request);
        return new RestAnswer(
            (int)response.StatusCode,
            await response.Content.ReadAsByteArrayAsync(),
            response.Content.Headers.ContentType?.MediaType ?? "",
            response.Headers.Concat(response.Content.Headers)
                .ToDictionary(h => h.Key, h => string.Join(",", h.Value), StringComparer.OrdinalIgnoreCase));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        http.Dispose();
        root.Dispose();
    }

    private static string Absolute(string path) =>
        path.StartsWith("/healthz", StringComparison.Ordinal)
            || path.StartsWith("/openapi", StringComparison.Ordinal)
            || path.StartsWith("/swagger", StringComparison.Ordinal)
            ? path
            : Base + path;

    private static StringContent? Json(JsonNode? body) =>
        body is null ? null : new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
}

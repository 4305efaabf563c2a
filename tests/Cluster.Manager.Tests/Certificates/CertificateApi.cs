using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Cluster.Manager.Tests.Hosting;
using Cluster.Pki.Certificates;
using Cluster.Pki.Containers;
using Cluster.Pki.Keys;
using Cluster.Testing.Authorities;
using Cluster.Testing.Rest;

namespace Cluster.Manager.Tests.Certificates;

/// <summary>
/// What automation without the client does with certificates: for tests about forms of files, and those that compare answers as text.
/// Others have <see cref="CertificateSteps"/>.
/// </summary>
internal sealed class CertificateApi(TestManager manager)
{
    public RestApi Rest => manager.Rest;

    public Task<RestAnswer> Create(string name, string host, string query = "") =>
        Rest.PostAsync(TestManager.At($"certificates{query}"), Body(name, host));

    public static JsonObject Body(string name, string host) => new()
    {
        ["name"] = name,
        ["dnsNames"] = new JsonArray(host),
        ["key"] = new JsonObject { ["algorithm"] = "ec" },
    };

    public async Task<string> Request(string name, string query = "") =>
        (await Rest.GetAsync(
            TestManager.At($"certificates/{name}/signing-request{query}"), ("Accept", "application/x-pem-file"))).Expect(200).Text;

    public Task<RestAnswer> Upload(string name, string pem, string query = "") =>
        Rest.SendAsync(
            HttpMethod.Put,
            TestManager.At($"certificates/{name}/signed-certificate{query}"),
            new StringContent(pem, Encoding.ASCII, "application/x-pem-file"));

    public Task<RestAnswer> Import(string name, byte[] file, string? password = null, string query = "")
    {
        var body = new JsonObject { ["data"] = Convert.ToBase64String(file) };
        if (password is not null) body["password"] = password;
        return Rest.PostAsync(TestManager.At($"certificates/{name}/import{query}"), body);
    }

    public async Task<JsonNode> Get(string name, string query = "") =>
        (await Rest.GetAsync(TestManager.At($"certificates/{name}{query}"))).Expect(200).Json;

    /// <summary>A PKCS#12 of a new key with a leaf of the authority.</summary>
    public static byte[] Pkcs12(TestCa ca, string host, string password)
    {
        using var key = PrivateKeyMaterial.Generate(KeySpecification.EcP256);
        CertificateInfo[] chain = [ca.IssueFor(key.Public, host), ca.Intermediate];
        return CertificateWriter.Pkcs12(key, chain, "x", password, Pkcs12Profile.Modern);
    }
}

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;

namespace Cluster.Benchmarks;

/// <summary>Containers to import.</summary>
internal static class Containers
{
    private static readonly Lazy<byte[]> One = new(() =>
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=imported.example.test", key, HashAlgorithmName.SHA256);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(30));
        return certificate.ExportPkcs12(Pkcs12ExportPbeParameters.Pbes2Aes256Sha256, "password");
    });

    internal static JsonObject Import() => new() { ["data"] = Convert.ToBase64String(One.Value), ["password"] = "password" };
}

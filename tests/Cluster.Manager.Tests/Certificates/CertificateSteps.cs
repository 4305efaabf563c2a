using Cluster.Client.Certificates;
using Cluster.Client.Values;
using Cluster.Contracts.Certificates;
using Shouldly;

namespace Cluster.Manager.Tests.Certificates;

/// <summary>What administrators do with certificates in many tests, through the typed client.</summary>
internal static class CertificateSteps
{
    /// <summary>Makes a self-signed certificate with an EC key for one host.</summary>
    public static async Task<Written<CertificateShape>> MakeAsync(
        this CertificatesClient certificates, string name, string host, WriteOptions? options = null)
    {
        var key = new NewKeyShape { Algorithm = NewKeyAlgorithm.Ec };
        var made = await certificates.CreateAsync(new CertificateCreate { Name = name, DnsNames = [host], Key = key }, options);
        made.Receipt.Created.ShouldBeTrue();
        return made;
    }

    /// <summary>Imports a container of certificate and key.</summary>
    public static Task<Written<CertificateShape>> ImportFileAsync(
        this CertificatesClient certificates, string name, byte[] file, string? password = null) =>
        certificates.ImportAsync(name, new CertificateImport { Data = Convert.ToBase64String(file), Password = password });

    /// <summary>Uploads PEM text that an authority gave back for a request.</summary>
    public static Task<Written<CertificateShape>> UploadPemAsync(
        this CertificatesClient certificates, string name, string pem, WriteOptions? options = null) =>
        certificates.UploadSignedAsync(name, new SignedCertificateUpload { Data = pem }, options);

    /// <summary>The newest open request of a name, for an authority to sign.</summary>
    public static async Task<string> RequestPemAsync(this CertificatesClient certificates, string name, ViewOptions? view = null) =>
        (await certificates.GetSigningRequestAsync(name, view)).Value.Pem.ShouldNotBeNull();

    /// <summary>Codes of what is found about a certificate.</summary>
    public static IEnumerable<string> Codes(this CertificateShape certificate) =>
        certificate.Findings.ShouldNotBeNull().Select(f => f.Code);
}

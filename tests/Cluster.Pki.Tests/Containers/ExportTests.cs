using Cluster.Pki.Certificates;
using Cluster.Pki.Containers;
using Cluster.Pki.Keys;
using Cluster.Pki.Tests.Corpus;
using Cluster.Testing.Authorities;
using Shouldly;
using Xunit;

namespace Cluster.Pki.Tests.Containers;

public sealed class ExportTests : IDisposable
{
    private const string Password = "correct horse";
    private readonly TestCa ca = new();
    private readonly CorpusDirectory directory = new();

    [Theory]
    [InlineData(Pkcs12Profile.Modern, KeyAlgorithm.Ec)]
    [InlineData(Pkcs12Profile.Modern, KeyAlgorithm.Rsa)]
    [InlineData(Pkcs12Profile.Legacy, KeyAlgorithm.Rsa)]
    public async Task Other_software_reads_an_export(Pkcs12Profile profile, KeyAlgorithm algorithm)
    {
        using var key = PrivateKeyMaterial.Generate(algorithm == KeyAlgorithm.Rsa ? KeySpecification.Rsa2048 : KeySpecification.EcP256);
        CertificateInfo[] chain = [ca.IssueFor(key.Public, "mx.example.org"), ca.Intermediate];
        directory.Write("out.p12", CertificateWriter.Pkcs12(key, chain, "mx", Password, profile));

        var openssl = await directory.Run("openssl", "pkcs12", "-in", "out.p12", "-passin", "pass:" + Password, "-nodes", "-info");
        openssl.ShouldContain("BEGIN PRIVATE KEY");
        openssl.ShouldContain("friendlyName: mx");
        openssl.ShouldContain(
            profile == Pkcs12Profile.Modern
                ? "PBES2, PBKDF2, AES-256-CBC, Iteration 100000, PRF hmacWithSHA256"
                : "pbeWithSHA1And3-KeyTripleDES-CBC");
        (await directory.Run(
            "certtool",
            "--p12-info",
            "--inder",
            "--infile",
            "out.p12",
            "--password",
            Password)).ShouldContain("BEGIN ENCRYPTED PRIVATE KEY");
        var keytool =
            await directory.Run("keytool", "-list", "-v", "-keystore", "out.p12", "-storepass", Password, "-storetype", "PKCS12");
        keytool.ShouldContain("PrivateKeyEntry");
        keytool.ShouldContain("Certificate chain length: 2");
        await directory.Run("certutil", "-N", "-d", "sql:.", "--empty-password");
        (await directory.Run("pk12util", "-i", "out.p12", "-d", "sql:.", "-W", Password)).ShouldContain("IMPORT SUCCESSFUL");
    }

    [Theory]
    [InlineData(Pkcs12Profile.Modern)]
    [InlineData(Pkcs12Profile.Legacy)]
    public async Task Openssl_and_gnutls_read_an_export_whose_password_is_not_ascii(Pkcs12Profile profile)
    {
        using var key = PrivateKeyMaterial.Generate(KeySpecification.EcP256);
        directory.Write(
            "out.p12", CertificateWriter.Pkcs12(key, [ca.IssueFor(key.Public, "mx.example.org")], "mx", "corréct-ключ", profile));
        (await directory.Run(
            "openssl", "pkcs12", "-in", "out.p12", "-passin", "pass:corréct-ключ", "-nodes")).ShouldContain("BEGIN PRIVATE KEY");
        (await directory.Run(
            "certtool", "--p12-info", "--inder", "--infile", "out.p12", "--password", "corréct-ключ")).ShouldContain("BEGIN");
    }

    [Fact]
    public async Task Openssl_reads_an_export_of_ed25519_and_of_an_empty_password()
    {
        using var key = PrivateKeyMaterial.Generate(KeySpecification.Ed25519);
        directory.Write(
            "out.p12",
            CertificateWriter.Pkcs12(key, [ca.IssueFor(key.Public, "mx.example.org")], "mx", string.Empty, Pkcs12Profile.Modern));
        (await directory.Run("openssl", "pkcs12", "-in", "out.p12", "-passin", "pass:", "-nodes")).ShouldContain("BEGIN PRIVATE KEY");
    }

    [Fact]
    public async Task Openssl_reads_pkcs7_leaf_first()
    {
        using var key = PrivateKeyMaterial.Generate(KeySpecification.EcP256);
        CertificateInfo[] chain = [ca.IssueFor(key.Public, "mx.example.org"), ca.Intermediate];
        directory.Write("out.p7b", CertificateWriter.Pkcs7Pem(chain));
        var text = await directory.Run("openssl", "pkcs7", "-in", "out.p7b", "-print_certs", "-noout");
        text.ShouldContain("subject=CN = mx.example.org");
        text.ShouldContain("Test CA intermediate");
        CertificateReader.Read(CertificateWriter.Pkcs7(chain)).Certificates.ShouldBe(chain);
    }

    [Fact]
    public void A_certificate_of_another_key_is_a_bug_of_the_caller()
    {
        using var key = PrivateKeyMaterial.Generate(KeySpecification.EcP256);
        Should.Throw<ArgumentException>(() => CertificateWriter.Pkcs12(key, [ca.Root], "x", "y", Pkcs12Profile.Modern));
    }

    public void Dispose()
    {
        ca.Dispose();
        directory.Dispose();
    }
}

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Cluster.Client.Problems;
using Cluster.Client.Tests.Fixtures;
using Cluster.Client.Values;
using Cluster.Contracts.Certificates;
using Cluster.Contracts.Levels;
using Cluster.Contracts.Problems;
using Shouldly;
using Xunit;

namespace Cluster.Client.Tests;

public sealed class CertificateTests(ClientFixture fixture)
{
    private static readonly NewKeyShape Ec = new() { Algorithm = NewKeyAlgorithm.Ec };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_certificate_is_made_exported_inspected_and_imported_elsewhere()
    {
        var cluster = await fixture.NewClusterAsync();
        var made =
            await cluster.Certificates.CreateAsync(new CertificateCreate { Name = "mx", DnsNames = ["mx.example.org"], Key = Ec }, ct: Ct);
        made.Value.Version.ShouldBe(1);
        made.Value.SigningRequest.ShouldBe(SigningRequestPresence.Open);
        (await cluster.Certificates.GetSigningRequestAsync("mx", ct: Ct)).Value.Pem.ShouldStartWith("-----BEGIN CERTIFICATE REQUEST-----");
        (await cluster.Certificates.GetChainAsync("mx", ct: Ct)).ShouldStartWith("-----BEGIN CERTIFICATE-----");

        var file =
            Convert.ToBase64String(await cluster.Certificates.ExportAsync("mx", new CertificateExport { Password = "secret" }, ct: Ct));
        (await fixture.Client.Inspect.InspectAsync(new CertificateImport { Data = file, Password = "secret" }, Ct)).PrivateKeys
            .ShouldHaveSingleItem().Algorithm
            .ShouldBe("ec");
        (await Should.ThrowAsync<ProblemException>(
            () =>
                cluster.Certificates.ImportAsync(
                    "copy", new CertificateImport { Data = file }, ct: Ct))).Code.ShouldBe(ProblemCodes.MissingPassword);
        var imported = await cluster.Certificates.ImportAsync("copy", new CertificateImport { Data = file, Password = "secret" }, ct: Ct);
        imported.Value.Sha256.ShouldBe(made.Value.Sha256);
        (await cluster.Certificates.ListAsync(ct: Ct).ToListAsync(Ct)).Select(c => c.Name).ShouldBe(["copy", "demo", "mx"]);
    }

    [Fact]
    public async Task A_foreign_certificate_says_where_it_belongs()
    {
        var cluster = await fixture.NewClusterAsync();
        foreach (var name in new[] { "one", "two" })
            await cluster.Certificates.CreateAsync(
                new CertificateCreate { Name = name, DnsNames = [$"{name}.example.org"], Key = Ec }, ct: Ct);
        var chain = await cluster.Certificates.GetChainAsync("one", ct: Ct);
        var refused = await Should.ThrowAsync<ProblemException>(
            () => cluster.Certificates.UploadSignedAsync("two", new SignedCertificateUpload { Data = chain }, ct: Ct));
        refused.Code.ShouldBe(ProblemCodes.KeyUnknown);
        refused.Problem.Fits.ShouldNotBeNull().ShouldHaveSingleItem().ShouldBe(new FittingCertificate("one", "cluster"));
    }

    [Fact]
    public async Task A_repeat_with_the_same_idempotency_key_gets_the_first_answer()
    {
        var cluster = await fixture.NewClusterAsync();
        var options = new WriteOptions { IdempotencyKey = "make-mx" };
        var asked = new CertificateCreate { Name = "mx", DnsNames = ["mx.example.org"], Key = Ec };
        var first = await cluster.Certificates.CreateAsync(asked, options, Ct);
        (await cluster.Certificates.CreateAsync(asked, options, Ct)).Value.Sha256.ShouldBe(first.Value.Sha256);
        (await cluster.Certificates.ListVersionsAsync("mx", ct: Ct).ToListAsync(Ct)).ShouldHaveSingleItem().Current.ShouldBeTrue();
    }

    [Fact]
    public async Task A_certificate_is_patched_and_hidden_at_a_level()
    {
        var cluster = await fixture.NewClusterAsync();
        var made = await cluster.Certificates.CreateAsync(
            new CertificateCreate { Name = "mx", DnsNames = ["mx.example.org"], Key = Ec }, ct: Ct);
        var labels = new JsonObject { ["labels"] = new JsonObject { ["site"] = "vie" } };
        var patched = await cluster.Certificates.PatchAsync("mx", labels, new WriteOptions { IfMatch = made.ETag }, Ct);
        patched.Value.Labels.ShouldNotBeNull()["site"].ShouldBe("vie");
        patched.Value.Version.ShouldBe(1);
        (await Should.ThrowAsync<ProblemException>(
            () => cluster.Certificates.PatchAsync("mx", labels, new WriteOptions { IfMatch = made.ETag }, Ct))).Code
            .ShouldBe(ProblemCodes.ChangedMeanwhile);

        LevelName main = new(LevelKind.Group, "main");
        (await cluster.Certificates.HideAsync("mx", new WriteOptions { Level = main }, Ct)).Value.Hidden.ShouldBe(true);
        (await cluster.Certificates.GetAsync("mx", new ViewOptions { Level = main }, Ct)).Value.Hidden.ShouldBe(true);
        (await cluster.Certificates.GetAsync("mx", ct: Ct)).Value.Hidden.ShouldBeNull();
    }

    [Fact]
    public async Task A_file_becomes_an_authority_and_is_shown_with_findings_or_as_PEM()
    {
        var cluster = await fixture.NewClusterAsync();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Partner", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        var now = TimeProvider.System.GetUtcNow();
        using var authority = request.CreateSelfSigned(now.AddDays(-1), now.AddYears(1));
        var imported = await cluster.Authorities.ImportAsync("partner", Encoding.ASCII.GetBytes(authority.ExportCertificatePem()), ct: Ct);
        imported.Receipt.Created.ShouldBeTrue();

        var shown = await cluster.Authorities.GetCertificatesAsync("partner", ct: Ct);
        shown.Certificates.ShouldHaveSingleItem().Sha256.ShouldBe(authority.GetCertHashString(HashAlgorithmName.SHA256).ToLowerInvariant());
        shown.Findings.ShouldNotBeNull();
        (await cluster.Authorities.GetPemAsync("partner", ct: Ct)).ShouldBe(imported.Value.Certificates);
    }
}

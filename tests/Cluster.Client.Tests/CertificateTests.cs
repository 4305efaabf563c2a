using Cluster.Client.Problems;
using Cluster.Client.Tests.Fixtures;
using Cluster.Client.Values;
using Cluster.Contracts.Certificates;
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
}

using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Cluster.Client.Certificates;
using Cluster.Contracts.Certificates;
using Cluster.Contracts.Problems;
using Cluster.Manager.Tests.Hosting;
using Cluster.Pki.Certificates;
using Cluster.Pki.Containers;
using Cluster.Pki.Keys;
using Cluster.Testing.Authorities;
using Cluster.Testing.Rest;
using Shouldly;
using Xunit;
using static Cluster.Manager.Tests.Hosting.TestManager;

namespace Cluster.Manager.Tests.Certificates;

public sealed class ImportTests(TestManager manager) : IClassFixture<TestManager>, IDisposable
{
    private readonly TestCa ca = new();
    private readonly CertificateApi api = new(manager);

    private CertificatesClient Certificates => manager.Cluster.Certificates;

    [Fact]
    public async Task A_pkcs12_is_imported_and_exported_again()
    {
        var (imported, receipt) = await Certificates.ImportFileAsync(
            "round", CertificateApi.Pkcs12(ca, "mx.example.org", "secret"), "secret");
        receipt.Created.ShouldBeTrue();
        imported.Source.ShouldBe(CertificateSource.Imported);
        imported.Chain!.Count.ShouldBe(1);

        foreach (var profile in (string[])["modern", "legacy"])
        {
            var exported = (await manager.Rest.PostAsync(
                At("certificates/round/export"), new JsonObject { ["password"] = "other", ["profile"] = profile })).Expect(200);
            exported.MediaType.ShouldBe("application/x-pkcs12");
            using var read = CertificateReader.Read(exported.Bytes, "other");
            read.PrivateKeys.ShouldHaveSingleItem().PublicKeySha256.ShouldBe(imported.PublicKeySha256);
            read.Certificates.Count.ShouldBe(2);
        }

        (await manager.Cluster.Audit.ListAsync(action: "certificate.export").ToListAsync()).Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_file_that_is_the_body_itself_is_imported()
    {
        using var key = PrivateKeyMaterial.Generate(KeySpecification.EcP256);
        CertificateInfo[] chain = [ca.IssueFor(key.Public, "mx.example.org"), ca.Intermediate];
        var pem = Encoding.ASCII.GetBytes(CertificateWriter.Pem(chain) + PemEncoding.WriteString("PRIVATE KEY", key.ExportPkcs8()));
        var pkcs12 = CertificateWriter.Pkcs12(key, chain, "x", "", Pkcs12Profile.Modern);

        (await Send("raw-pem", pem, "application/x-pem-file")).Expect(201).Json["hasPrivateKey"]!.GetValue<bool>().ShouldBeTrue();
        (await Send("raw-pkcs12", pkcs12, "application/x-pkcs12")).Expect(201).Json["chain"]!.AsArray().Count.ShouldBe(1);
        (await Send("raw-bytes", pkcs12, "application/octet-stream")).Expect(201);
        (await Send("raw-pem", chain[0].Der.ToArray(), "application/pkix-cert")).Expect(200).Json["hasPrivateKey"]!
            .GetValue<bool>()
            .ShouldBeTrue();
        (await Send("raw-none", chain[0].Der.ToArray(), "application/pkix-cert")).Code.ShouldBe("no-private-key");
        (await Send("raw-type", pem, "application/xml")).Status.ShouldBe(415);
    }

    private Task<RestAnswer> Send(string name, byte[] file, string mediaType)
    {
        var content = new ByteArrayContent(file);
        content.Headers.ContentType = new MediaTypeHeaderValue(mediaType);
        return manager.Rest.SendAsync(HttpMethod.Post, At($"certificates/{name}/import"), content);
    }

    [Fact]
    public async Task A_second_import_is_a_new_version_and_the_same_file_again_is_none()
    {
        var first = await Certificates.ImportFileAsync("twice", CertificateApi.Pkcs12(ca, "mx.example.org", "a"), "a");
        first.Receipt.Created.ShouldBeTrue();
        var file = CertificateApi.Pkcs12(ca, "mx.example.org", "b");
        for (var time = 0; time < 2; time++)
        {
            var again = await Certificates.ImportFileAsync("twice", file, "b");
            (again.Receipt.Created, again.Value.Version).ShouldBe((false, 2));
        }
    }

    [Fact]
    public async Task Refusals_are_told_apart_and_change_nothing()
    {
        var file = CertificateApi.Pkcs12(ca, "mx.example.org", "secret");
        await Certificates.ImportFileAsync("no", file).ShouldBeRefused(ProblemCodes.MissingPassword);
        var wrong = await api.Import("no", file, "wrong");
        (wrong.Status, wrong.Code).ShouldBe((422, "wrong-password"));
        wrong.Text.ShouldNotContain("\"wrong\"");
        await Certificates.ImportFileAsync("no", file[..^40], "secret").ShouldBeRefused(ProblemCodes.Damaged);
        await Certificates.ImportFileAsync("no", "hello"u8.ToArray()).ShouldBeRefused(ProblemCodes.UnknownFormat);
        await Certificates.ImportFileAsync("no", Encoding.ASCII.GetBytes(ca.Root.ToPem())).ShouldBeRefused(ProblemCodes.NoPrivateKey);
        await Certificates.ImportAsync("no", new CertificateImport { Data = "%%%" }).ShouldBeRefused(ProblemCodes.InvalidDocument);
        await Certificates.GetAsync("no").ShouldBeRefused(ProblemCodes.NotFound);
    }

    [Fact]
    public async Task Several_keys_need_a_choice()
    {
        using var one = PrivateKeyMaterial.Generate(KeySpecification.EcP256);
        using var two = PrivateKeyMaterial.Generate(KeySpecification.EcP256);
        var text = one.ExportPem()
            + two.ExportPem()
            + ca.IssueFor(one.Public, "a.example.org").ToPem()
            + ca.IssueFor(two.Public, "b.example.org").ToPem();
        var refused = await Certificates.ImportFileAsync("choose", Encoding.ASCII.GetBytes(text)).ShouldBeRefused(ProblemCodes.ChooseKey);
        refused.Keys.ShouldNotBeNull().Select(k => (k.PublicKeySha256, k.Subject))
            .ShouldBe([(one.PublicKeySha256, "CN=a.example.org"), (two.PublicKeySha256, "CN=b.example.org")]);
        refused.Detail.ShouldContain("CN=b.example.org");
        var chosen = await Certificates.ImportAsync("choose", new CertificateImport { Data = text, Select = two.PublicKeySha256 });
        chosen.Receipt.Created.ShouldBeTrue();
        chosen.Value.PublicKeySha256.ShouldBe(two.PublicKeySha256);
    }

    [Fact]
    public async Task Multipart_takes_the_parts_as_files()
    {
        using var key = PrivateKeyMaterial.Generate(KeySpecification.EcP256);
        using var form = new MultipartFormDataContent
        {
            { new ByteArrayContent(ca.IssueFor(key.Public, "mx.example.org").Der.ToArray()), "data", "leaf.der" },
            { new ByteArrayContent(Encoding.ASCII.GetBytes(key.ExportPem())), "privateKey", "key.pem" },
            { new ByteArrayContent(ca.Intermediate.Der.ToArray()), "certificates", "intermediate.der" },
        };
        var imported = (await manager.Rest.SendAsync(HttpMethod.Post, At("certificates/form/import"), form)).Expect(201);
        imported.Json["chain"]!.AsArray().Count.ShouldBe(1);
    }

    [Fact]
    public async Task Inspect_says_what_is_there_and_stores_nothing()
    {
        var file = Convert.ToBase64String(CertificateApi.Pkcs12(ca, "mx.example.org", "secret"));
        var inspected = await manager.Client.Inspect.InspectAsync(new CertificateImport { Data = file, Password = "secret" });
        inspected.Containers[0].Kind.ShouldBe("pkcs12");
        inspected.Certificates.Count.ShouldBe(2);
        inspected.Chain!.Count.ShouldBe(2);
        inspected.PrivateKeys[0].Algorithm.ShouldBe("ec");
        (await manager.Rest.PostAsync("/inspect", new JsonObject { ["data"] = file, ["password"] = "secret" }))
            .Expect(200).Text
            .ShouldNotContain("PRIVATE KEY");
        var jks = new CertificateImport { Data = Convert.ToBase64String([0xFE, 0xED, 0xFE, 0xED, 0, 0]) };
        await manager.Client.Inspect.InspectAsync(jks).ShouldBeRefused(ProblemCodes.UnsupportedFormat);
    }

    [Fact]
    public async Task Inspect_tells_a_key_that_does_not_belong_to_the_certificate()
    {
        using var key = PrivateKeyMaterial.Generate(KeySpecification.EcP256);
        using var other = PrivateKeyMaterial.Generate(KeySpecification.EcP256);
        Codes(await InspectAsync(ca.PemFor(ca.IssueFor(key.Public, "mx.example.org")) + key.ExportPem())).ShouldBeEmpty();
        Codes(await InspectAsync(ca.PemFor(ca.IssueFor(key.Public, "mx.example.org")) + other.ExportPem())).ShouldBe(["key-mismatch"]);
    }

    [Fact]
    public async Task Inspect_judges_every_certificate_of_a_file_or_the_chosen_one()
    {
        using var one = PrivateKeyMaterial.Generate(KeySpecification.EcP256);
        using var two = PrivateKeyMaterial.Generate(KeySpecification.EcP256);
        var order = ca.Leaf(two.Public, ["b.example.org"], TimeSpan.FromDays(3));
        var late = ca.Issue(order with { NotBefore = order.NotBefore.AddDays(-80) });
        var file = one.ExportPem() + two.ExportPem() + ca.PemFor(ca.IssueFor(one.Public, "a.example.org")) + late.ToPem();

        var all = await InspectAsync(file);
        Codes(all).ShouldBe(["certificate-expires-soon"]);
        all.Findings[0].Message.ShouldStartWith("'CN=b.example.org': ");
        all.Chain.ShouldBeNull();
        var chosen = await InspectAsync(file, two.PublicKeySha256);
        chosen.Chain.ShouldBe([late.Sha256, ca.Intermediate.Sha256]);
        Codes(chosen).ShouldBe(["certificate-expires-soon", "extra-certificate", "misordered-chain"]);
        (await InspectAsync(file, "00").ShouldBeRefused(ProblemCodes.KeyNotFound)).Status.ShouldBe(422);
    }

    [Fact]
    public async Task Inspect_judges_authorities_when_there_is_nothing_else()
    {
        using var old = new TestCa("Old", TimeProvider.System.GetUtcNow().AddYears(-21));
        Codes(await InspectAsync(ca.Root.ToPem() + ca.Intermediate.ToPem())).ShouldBeEmpty();
        Codes(await InspectAsync(old.Root.ToPem())).ShouldBe(["authority-expired"]);
    }

    [Fact]
    public async Task The_parts_of_one_upload_share_what_reading_may_cost()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var expensive = Convert.ToBase64String(
            key.ExportEncryptedPkcs8PrivateKey(
                "secret", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1_600_000)));
        await manager.Client.Inspect
            .InspectAsync(new CertificateImport { Data = expensive, Certificates = [expensive], Password = "secret" })
            .ShouldBeRefused(ProblemCodes.TooExpensive);

        var refused = await manager.Client.Inspect
            .InspectAsync(new CertificateImport { Data = "AA==", Certificates = [.. Enumerable.Repeat("AA==", 101)] })
            .ShouldBeRefused(ProblemCodes.InvalidDocument);
        refused.Errors.ShouldHaveSingleItem().Detail.ShouldContain("101 parts were sent, at most 100 are read");
    }

    public void Dispose() => ca.Dispose();

    private Task<InspectResult> InspectAsync(string data, string? select = null) =>
        manager.Client.Inspect.InspectAsync(new CertificateImport { Data = data, Select = select });

    private static IEnumerable<string> Codes(InspectResult inspected) => inspected.Findings.Select(f => f.Code);
}

using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
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

    [Fact]
    public async Task A_pkcs12_is_imported_and_exported_again()
    {
        var imported = (await api.Import("round", CertificateApi.Pkcs12(ca, "mx.example.org", "secret"), "secret")).Expect(201);
        ((string?)imported.Json["source"]).ShouldBe("imported");
        imported.Json["chain"]!.AsArray().Count.ShouldBe(1);

        foreach (var profile in (string[])["modern", "legacy"])
        {
            var exported = (await manager.Rest.PostAsync(
                At("certificates/round/export"), new JsonObject { ["password"] = "other", ["profile"] = profile })).Expect(200);
            exported.MediaType.ShouldBe("application/x-pkcs12");
            using var read = CertificateReader.Read(exported.Bytes, "other");
            read.PrivateKeys.ShouldHaveSingleItem().PublicKeySha256.ShouldBe((string)imported.Json["publicKeySha256"]!);
            read.Certificates.Count.ShouldBe(2);
        }

        var audit = (await manager.Rest.GetAsync(At("audit"))).Expect(200).Json["items"]!.AsArray().Select(e => (string?)e!["action"]);
        audit.Count(a => a == "certificate.export").ShouldBe(2);
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
        (await api.Import("twice", CertificateApi.Pkcs12(ca, "mx.example.org", "a"), "a")).Expect(201);
        var file = CertificateApi.Pkcs12(ca, "mx.example.org", "b");
        (await api.Import("twice", file, "b")).Expect(200).Json["version"]!.GetValue<int>().ShouldBe(2);
        (await api.Import("twice", file, "b")).Expect(200).Json["version"]!.GetValue<int>().ShouldBe(2);
    }

    [Fact]
    public async Task Refusals_are_told_apart_and_change_nothing()
    {
        var file = CertificateApi.Pkcs12(ca, "mx.example.org", "secret");
        (await api.Import("no", file)).Code.ShouldBe("missing-password");
        var wrong = await api.Import("no", file, "wrong");
        (wrong.Status, wrong.Code).ShouldBe((422, "wrong-password"));
        wrong.Text.ShouldNotContain("\"wrong\"");
        (await api.Import("no", file[..^40], "secret")).Code.ShouldBe("damaged");
        (await api.Import("no", "hello"u8.ToArray())).Code.ShouldBe("unknown-format");
        (await api.Import("no", Encoding.ASCII.GetBytes(ca.Root.ToPem()))).Code.ShouldBe("no-private-key");
        (await manager.Rest.PostAsync(At("certificates/no/import"), new JsonObject { ["data"] = "%%%" })).Status.ShouldBe(422);
        (await manager.Rest.GetAsync(At("certificates/no"))).Status.ShouldBe(404);
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
        var refused = await api.Import("choose", Encoding.ASCII.GetBytes(text));
        refused.Code.ShouldBe("choose-key");
        refused.Json["keys"]!.AsArray().Select(k => ((string?)k!["publicKeySha256"], (string?)k["subject"]))
            .ShouldBe([(one.PublicKeySha256, "CN=a.example.org"), (two.PublicKeySha256, "CN=b.example.org")]);
        ((string?)refused.Json["detail"])!.ShouldContain("CN=b.example.org");
        var body = new JsonObject { ["data"] = text, ["select"] = two.PublicKeySha256 };
        var chosen = (await manager.Rest.PostAsync(At("certificates/choose/import"), body)).Expect(201);
        ((string?)chosen.Json["publicKeySha256"]).ShouldBe(two.PublicKeySha256);
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
        var body = new JsonObject
        {
            ["data"] = Convert.ToBase64String(CertificateApi.Pkcs12(ca, "mx.example.org", "secret")),
            ["password"] = "secret"
        };
        var inspected = (await manager.Rest.PostAsync("/inspect", body)).Expect(200);
        ((string?)inspected.Json["containers"]![0]!["kind"]).ShouldBe("pkcs12");
        inspected.Json["certificates"]!.AsArray().Count.ShouldBe(2);
        inspected.Json["chain"]!.AsArray().Count.ShouldBe(2);
        ((string?)inspected.Json["privateKeys"]![0]!["algorithm"]).ShouldBe("ec");
        inspected.Text.ShouldNotContain("PRIVATE KEY");
        (await manager.Rest.PostAsync(
            "/inspect",
            new JsonObject { ["data"] = Convert.ToBase64String([0xFE, 0xED, 0xFE, 0xED, 0, 0]) })).Code.ShouldBe("unsupported-format");
    }

    [Fact]
    public async Task Inspect_tells_a_key_that_does_not_belong_to_the_certificate()
    {
        using var key = PrivateKeyMaterial.Generate(KeySpecification.EcP256);
        using var other = PrivateKeyMaterial.Generate(KeySpecification.EcP256);
        (await Inspected(ca.PemFor(ca.IssueFor(key.Public, "mx.example.org")) + key.ExportPem())).Codes.ShouldBeEmpty();
        (await Inspected(ca.PemFor(ca.IssueFor(key.Public, "mx.example.org")) + other.ExportPem())).Codes.ShouldBe(["key-mismatch"]);
    }

    [Fact]
    public async Task Inspect_judges_every_certificate_of_a_file_or_the_chosen_one()
    {
        using var one = PrivateKeyMaterial.Generate(KeySpecification.EcP256);
        using var two = PrivateKeyMaterial.Generate(KeySpecification.EcP256);
        var late = ca.Issue(ca.Leaf(two.Public, ["b.example.org"], TimeSpan.FromDays(3)));
        var file = one.ExportPem() + two.ExportPem() + ca.PemFor(ca.IssueFor(one.Public, "a.example.org")) + late.ToPem();

        var all = await Inspected(file);
        all.Codes.ShouldBe(["certificate-expires-soon"]);
        ((string?)all.Json["findings"]![0]!["message"])!.ShouldStartWith("'CN=b.example.org': ");
        all.Json["chain"].ShouldBeNull();
        var chosen = await Inspected(file, two.PublicKeySha256);
        chosen.Json["chain"]!.AsArray().Select(c => (string?)c).ShouldBe([late.Sha256, ca.Intermediate.Sha256]);
        chosen.Codes.ShouldBe(["certificate-expires-soon", "extra-certificate", "misordered-chain"]);
        var unknown = await manager.Rest.PostAsync("/inspect", new JsonObject { ["data"] = file, ["select"] = "00" });
        (unknown.Status, unknown.Code).ShouldBe((422, "key-not-found"));
    }

    [Fact]
    public async Task Inspect_judges_authorities_when_there_is_nothing_else()
    {
        using var old = new TestCa("Old", TimeProvider.System.GetUtcNow().AddYears(-21));
        (await Inspected(ca.Root.ToPem() + ca.Intermediate.ToPem())).Codes.ShouldBeEmpty();
        (await Inspected(old.Root.ToPem())).Codes.ShouldBe(["authority-expired"]);
    }

    [Fact]
    public async Task The_parts_of_one_upload_share_what_reading_may_cost()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var expensive = Convert.ToBase64String(
            key.ExportEncryptedPkcs8PrivateKey(
                "secret", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1_600_000)));
        var body = new JsonObject { ["data"] = expensive, ["certificates"] = new JsonArray(expensive), ["password"] = "secret" };
        (await manager.Rest.PostAsync("/inspect", body)).Code.ShouldBe("too-expensive");

        body = new JsonObject
        {
            ["data"] = "AA==",
            ["certificates"] = new JsonArray([.. Enumerable.Repeat("AA==", 101).Select(p => (JsonNode)p)])
        };
        (await manager.Rest.PostAsync("/inspect", body)).Text.ShouldContain("101 parts were sent, at most 100 are read");
    }

    public void Dispose() => ca.Dispose();

    private async Task<(JsonNode Json, IReadOnlyList<string?> Codes)> Inspected(string data, string? select = null)
    {
        var body = new JsonObject { ["data"] = data };
        if (select is not null) body["select"] = select;
        var json = (await manager.Rest.PostAsync("/inspect", body)).Expect(200).Json;
        return (json, [.. json["findings"]!.AsArray().Select(f => (string?)f!["code"])]);
    }
}

using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Cluster.Manager.Tests.Certificates;
using Cluster.Manager.Tests.Agents;
using Cluster.Manager.Tests.Hosting;
using Cluster.Pki.Certificates;
using Cluster.Pki.Containers;
using Cluster.Pki.Keys;
using Cluster.Testing.Authorities;
using Cluster.Testing.Rest;
using Shouldly;
using Xunit;

namespace Cluster.Manager.Tests.Trust;

/// <summary>Trusted authorities as files.</summary>
public sealed class TrustedAuthorityTests(TestManager manager) : IClassFixture<TestManager>, IDisposable
{
    private readonly TestCa ca = new("Partner");

    [Fact]
    public async Task A_file_of_any_form_becomes_an_authority_and_comes_out_as_PEM()
    {
        var pem = "some text before\r\n" + ca.Root.ToPem() + ca.Root.ToPem() + ca.Intermediate.ToPem();
        (await Import("pem", Encoding.ASCII.GetBytes(pem), "application/x-pem-file")).Expect(201);
        (await Import("der", ca.Root.Der.ToArray(), "application/pkix-cert")).Expect(201);
        (await Import("pkcs7", CertificateWriter.Pkcs7([ca.Intermediate, ca.Root]), "application/pkcs7-mime")).Expect(201);
        (await manager.Rest.PostAsync(
            TestManager.At("trusted-authorities/json/import"),
            new JsonObject { ["data"] = Convert.ToBase64String(ca.Root.Der.Span) })).Expect(201);

        (await Pem("pem")).ShouldBe(ca.Root.ToPem() + ca.Intermediate.ToPem());
        (await Pem("der")).ShouldBe(ca.Root.ToPem());
        (await Pem("json")).ShouldBe(ca.Root.ToPem());
        (await Pem("pkcs7")).ShouldContain(ca.Root.ToPem());
        var stored = (await manager.Rest.GetAsync(TestManager.At("trusted-authorities/der"))).Expect(200);
        ((string)stored.Json["certificates"]!).ShouldBe(ca.Root.ToPem());
    }

    [Fact]
    public async Task What_is_no_authority_is_refused_and_nothing_changes()
    {
        using var key = PrivateKeyMaterial.Generate(KeySpecification.EcP256);
        var leaf = ca.IssueFor(key.Public, "mx.example.test");
        var refused = (await Import("bad", Encoding.ASCII.GetBytes(ca.Root.ToPem() + leaf.ToPem()), "application/x-pem-file")).Expect(422);
        refused.Json["errors"]![0]!["code"]!.GetValue<string>().ShouldBe("not-an-authority");
        refused.Json["errors"]![0]!["pointer"]!.GetValue<string>().ShouldBe("/data");
        refused.Text.ShouldContain("mx.example.test");
        var withKey = (await Import(
            "bad",
            CertificateWriter.Pkcs12(key, [leaf, ca.Intermediate], "x", "", Pkcs12Profile.Modern),
            "application/octet-stream")).Expect(422);
        withKey.Text.ShouldContain("private-key");
        (await Import("bad", [1, 2, 3], "application/octet-stream")).Expect(422);
        (await Import("bad", [], "application/octet-stream")).Expect(422);
        (await manager.Rest.GetAsync(TestManager.At("trusted-authorities/bad"))).Expect(404);
    }

    [Fact]
    public async Task A_self_signed_root_of_version_1_is_taken_with_a_warning_as_by_openssl_and_gnutls_and_nothing_else_without_CA_TRUE()
    {
        using var other = new OtherSoftware();
        await other.Run("""
            request() { openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout $1.key -subj "/O=Old/CN=$1" -out $1.csr; }
            request root; request sub; request leaf; printf 'subjectKeyIdentifier=hash\n' >plain.ext
            openssl x509 -req -in root.csr -signkey root.key -days 400 -out root.pem
            openssl x509 -req -in root.csr -signkey root.key -days 400 -extfile plain.ext -out root3.pem
            issue() { openssl x509 -req -in $1.csr -CA $2.pem -CAkey $3.key -CAcreateserial -days 90 -out $4.pem; }
            issue sub root root sub; issue leaf root root leaf; issue leaf sub sub below; issue leaf root3 root below3
            openssl x509 -in root.pem -noout -text | grep 'Version: 1'; openssl x509 -in sub.pem -noout -text | grep 'Version: 1'
            openssl verify -CAfile root.pem leaf.pem
            certtool --verify --load-ca-certificate root.pem --infile leaf.pem
            for refused in '-x509_strict -CAfile root.pem leaf.pem' '-CAfile root.pem -untrusted sub.pem below.pem' '-CAfile root3.pem below3.pem'; do ! openssl verify $refused || exit 1; done
            """);

        var taken = (await Import("version-1", other.Read("root.pem"), "application/x-pem-file")).Expect(201);
        taken.Json["findings"]!
            .AsArray()
            .Select(f => ((string)f!["code"]!, (string)f["severity"]!))
            .ShouldBe([("authority-version-1", "warning")]);
        var text = Encoding.ASCII.GetString(other.Read("root.pem"));
        (await manager.Rest.PutAsync(
            TestManager.At("trusted-authorities/version-1"), new JsonObject { ["certificates"] = text })).Expect(200);
        (await manager.Rest.GetAsync(TestManager.At("findings?pageSize=500"))).Expect(200).Json["items"]!.AsArray()
            .ShouldContain(f => (string?)f!["code"] == "authority-version-1" && (string?)f["name"] == "version-1");
        var inspected = (await manager.Rest.PostAsync(
            "/inspect",
            new JsonObject { ["data"] = Convert.ToBase64String([.. other.Read("root.pem"), .. other.Read("leaf.pem")]) })).Expect(200).Json;
        inspected["chain"]!.AsArray().Count.ShouldBe(1, "the root beside a leaf that it issued is no second leaf");
        foreach (var refused in (string[])["sub.pem", "leaf.pem", "root3.pem"])
        {
            (await Import("refused", other.Read(refused), "application/x-pem-file"))
                .Expect(422).Text
                .ShouldContain("not-an-authority", customMessage: refused);
            (await manager.Rest.PutAsync(
                TestManager.At("trusted-authorities/refused"),
                new JsonObject { ["certificates"] = Encoding.ASCII.GetString(other.Read(refused)) }))
                .Expect(422).Text
                .ShouldContain("not-an-authority", customMessage: refused);
        }
    }

    [Fact]
    public async Task An_import_is_a_change_like_any_other()
    {
        var first = await Import("versioned", ca.Root.Der.ToArray(), "application/pkix-cert");
        var revision = int.Parse(first.Expect(201).Headers["Cluster-Revision"]);
        (await manager.Rest.PatchAsync(
            TestManager.At("trusted-authorities/versioned"), new JsonObject { ["enabled"] = false })).Expect(200);
        (await Import("versioned", ca.Intermediate.Der.ToArray(), "application/pkix-cert")).Expect(200).Json["enabled"]!
            .GetValue<bool>()
            .ShouldBeFalse();
        var same = (await Import("versioned", ca.Intermediate.Der.ToArray(), "application/pkix-cert")).Expect(200);
        int.Parse(same.Headers["Cluster-Revision"]).ShouldBe(revision + 2);
        (await Import("versioned", ca.Root.Der.ToArray(), "application/pkix-cert", "?level=group:main")).Expect(201);

        (await manager.Rest.PostAsync(TestManager.At($"revisions/{revision}/rollback"))).Expect(200, 201);
        (await Pem("versioned")).ShouldBe(ca.Root.ToPem());
    }

    [Fact]
    public async Task An_import_says_what_is_found_about_the_file()
    {
        using var old = new TestCa("Old", TimeProvider.System.GetUtcNow().AddYears(-21));
        (await Import("checked-first", ca.Root.Der.ToArray(), "application/pkix-cert")).Expect(201).Json["findings"]!
            .AsArray()
            .ShouldBeEmpty();
        var pem = ca.Root.ToPem() + ca.Root.ToPem() + old.Root.ToPem() + old.Intermediate.ToPem();
        var query = "?dryRun=true";
        foreach (var status in (int[])[201, 201])
        {
            var found = (await Import(
                "checked", Encoding.ASCII.GetBytes(pem), "application/x-pem-file", query)).Expect(status).Json["findings"]!.AsArray();
            var codes = found.Select(f => (string)f!["code"]!).ToList();
            codes.ShouldBe(["duplicate-certificate", "authority-duplicate", "authority-expired", "authority-expired"], ignoreOrder: true);
            found.Single(f => (string)f!["code"]! == "authority-duplicate")!["message"]!.GetValue<string>().ShouldContain("checked-first");
            query = string.Empty;
        }

        using var rootless = new TestCa("Rootless");
        var alone = (await Import("rootless", rootless.Intermediate.Der.ToArray(), "application/pkix-cert")).Expect(201).Json;
        alone["findings"]!.AsArray().Select(f => (string)f!["code"]!).ShouldBe(["authority-root-missing"]);
        (await manager.Rest.DeleteAsync(TestManager.At("trusted-authorities/checked"))).Expect(204);
        (await manager.Rest.DeleteAsync(TestManager.At("trusted-authorities/checked-first"))).Expect(204);
    }

    [Fact]
    public async Task What_is_found_comes_with_the_certificates_and_in_the_list()
    {
        (await Import("alone", ca.Intermediate.Der.ToArray(), "application/pkix-cert")).Expect(201);

        var shown = (await manager.Rest.GetAsync(
            TestManager.At("trusted-authorities/alone/certificates"), ("Accept", "application/json"))).Expect(200).Json;
        shown["certificates"]![0]!["isCa"]!.GetValue<bool>().ShouldBeTrue();
        shown["findings"]!.AsArray().Select(f => (string)f!["code"]!).ShouldBe(["authority-root-missing"]);
        var listed = (await manager.Rest.GetAsync(
            TestManager.At("findings?kind=trusted-authorities&name=alone"))).Expect(200).Json["items"]!.AsArray();
        listed.Select(f => (string)f!["code"]!).ShouldBe(["authority-root-missing"]);

        (await Import("root-of-alone", ca.Root.Der.ToArray(), "application/pkix-cert")).Expect(201);
        (await manager.Rest.GetAsync(TestManager.At("findings?kind=trusted-authorities&name=alone"))).Expect(200).Json["items"]!
            .AsArray()
            .ShouldBeEmpty();
    }

    [Fact]
    public async Task Client_verification_is_refused_where_a_host_cannot_do_it()
    {
        await manager.AddMachineAsync("old.example", "in", "listener.tls", "listener.certificate", "trust.custom");
        (await Import("clients", ca.Root.Der.ToArray(), "application/pkix-cert")).Expect(201);

        var refused = (await manager.Rest.PutAsync(
            TestManager.At("trust"), new JsonObject { ["clientAuthorities"] = new JsonArray("clients") })).Expect(422);
        refused.Json["findings"]!.AsArray().Select(f => (string)f!["code"]!).ShouldContain("unsupported-by-host");
        refused.Text.ShouldContain("an own list of authorities for client certificates");
    }

    public void Dispose() => ca.Dispose();

    [Fact]
    public async Task A_certificate_that_says_version_1_but_has_extensions_is_no_authority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Mislabelled", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(
            new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, 0, critical: true));
        using var version3 = request.CreateSelfSigned(TimeProvider.System.GetUtcNow(), TimeProvider.System.GetUtcNow().AddDays(30));

        (await Import("mislabelled", WithoutVersion(version3.RawData, key), "application/pkix-cert"))
            .Expect(422).Text
            .ShouldContain("not-an-authority");
    }

    // Version 1 is the default of the field, so it is absent then (RFC 5280, 4.1).
    private static byte[] WithoutVersion(byte[] certificate, ECDsa key)
    {
        var outer = new AsnReader(certificate, AsnEncodingRules.DER).ReadSequence();
        var body = outer.ReadSequence();
        body.ReadEncodedValue();
        var shortened = new AsnWriter(AsnEncodingRules.DER);
        using (shortened.PushSequence())
        {
            while (body.HasData) shortened.WriteEncodedValue(body.ReadEncodedValue().Span);
        }

        var whole = new AsnWriter(AsnEncodingRules.DER);
        using (whole.PushSequence())
        {
            whole.WriteEncodedValue(shortened.Encode());
            whole.WriteEncodedValue(outer.ReadEncodedValue().Span);
            whole.WriteBitString(key.SignData(shortened.Encode(), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
        }

        return whole.Encode();
    }

    private Task<RestAnswer> Import(string name, byte[] file, string mediaType, string query = "")
    {
        var content = new ByteArrayContent(file);
        content.Headers.ContentType = new System.Net.Http.Headers.MediaTypeHeaderValue(mediaType);
        return manager.Rest.SendAsync(HttpMethod.Post, TestManager.At($"trusted-authorities/{name}/import{query}"), content);
    }

    private async Task<string> Pem(string name) =>
        (await manager.Rest.GetAsync(TestManager.At($"trusted-authorities/{name}/certificates"))).Expect(200).Text;
}

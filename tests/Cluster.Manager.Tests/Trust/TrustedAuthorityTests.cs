using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Cluster.Client.Certificates;
using Cluster.Client.Settings;
using Cluster.Client.Values;
using Cluster.Contracts.Certificates;
using Cluster.Contracts.Findings;
using Cluster.Contracts.Levels;
using Cluster.Contracts.Problems;
using Cluster.Contracts.Rest;
using Cluster.Contracts.Settings;
using Cluster.Manager.Tests.Agents;
using Cluster.Manager.Tests.Certificates;
using Cluster.Manager.Tests.Hosting;
using Cluster.Pki.Certificates;
using Cluster.Pki.Containers;
using Cluster.Pki.Keys;
using Cluster.Testing.Authorities;
using Shouldly;
using Xunit;

namespace Cluster.Manager.Tests.Trust;

/// <summary>Trusted authorities as files.</summary>
public sealed class TrustedAuthorityTests(TestManager manager) : IClassFixture<TestManager>, IDisposable
{
    private const string Der = "application/pkix-cert";
    private const string AnyFile = "application/octet-stream";
    private readonly TestCa ca = new("Partner");

    private AuthoritiesClient Files => manager.Cluster.Authorities;

    private SettingsClient<TrustedAuthority> Authorities => manager.Cluster.Settings<TrustedAuthority>();

    [Fact]
    public async Task A_file_of_any_form_becomes_an_authority_and_comes_out_as_PEM()
    {
        var pem = "some text before\r\n" + ca.Root.ToPem() + ca.Root.ToPem() + ca.Intermediate.ToPem();
        (await Files.ImportAsync("pem", Encoding.ASCII.GetBytes(pem))).Receipt.Created.ShouldBeTrue();
        (await ImportAsync("der", ca.Root)).Receipt.Created.ShouldBeTrue();
        (await Files.ImportAsync("pkcs7", CertificateWriter.Pkcs7([ca.Intermediate, ca.Root]), MediaTypes.Pkcs7))
            .Receipt.Created
            .ShouldBeTrue();
        (await manager.Rest.PostAsync(
            TestManager.At("trusted-authorities/json/import"),
            new JsonObject { ["data"] = Convert.ToBase64String(ca.Root.Der.Span) })).Expect(201);

        (await Files.GetPemAsync("pem")).ShouldBe(ca.Root.ToPem() + ca.Intermediate.ToPem());
        (await manager.Rest.GetAsync(TestManager.At("trusted-authorities/der/certificates"))).Expect(200).Text.ShouldBe(ca.Root.ToPem());
        (await Files.GetPemAsync("json")).ShouldBe(ca.Root.ToPem());
        (await Files.GetPemAsync("pkcs7")).ShouldContain(ca.Root.ToPem());
        (await Authorities.GetAsync("der")).Value.Document!.Certificates.ShouldBe(ca.Root.ToPem());
    }

    [Fact]
    public async Task What_is_no_authority_is_refused_and_nothing_changes()
    {
        using var key = PrivateKeyMaterial.Generate(KeySpecification.EcP256);
        var leaf = ca.IssueFor(key.Public, "mx.example.test");
        var refused = await Files.ImportAsync("bad", Encoding.ASCII.GetBytes(ca.Root.ToPem() + leaf.ToPem()))
            .ShouldBeRefused(ProblemCodes.InvalidDocument);
        refused.Errors[0].Code.ShouldBe("not-an-authority");
        refused.Errors[0].Pointer.ShouldBe("/data");
        refused.Errors[0].Detail.ShouldContain("mx.example.test");
        var withKey = await Files.ImportAsync(
            "bad", CertificateWriter.Pkcs12(key, [leaf, ca.Intermediate], "x", "", Pkcs12Profile.Modern), AnyFile)
            .ShouldBeRefused(ProblemCodes.InvalidDocument);
        withKey.Errors.ShouldContain(e => e.Code == "private-key");
        await Files.ImportAsync("bad", new byte[] { 1, 2, 3 }, AnyFile).ShouldBeRefused(ProblemCodes.UnknownFormat);
        await Files.ImportAsync("bad", Array.Empty<byte>(), AnyFile).ShouldBeRefused(ProblemCodes.Empty);
        await Authorities.GetAsync("bad").ShouldBeRefused(ProblemCodes.NotFound);
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

        var taken = await Files.ImportAsync("version-1", other.Read("root.pem"));
        taken.Receipt.Created.ShouldBeTrue();
        taken.Value.Findings.Select(f => (f.Code, f.Severity)).ShouldBe([("authority-version-1", FindingSeverity.Warning)]);
        (await PutAsync("version-1", other.Read("root.pem"))).Receipt.Created.ShouldBeFalse();
        (await manager.Cluster.Findings.ListAsync().ToListAsync())
            .ShouldContain(f => f.Code == "authority-version-1" && f.Name == "version-1");
        var both = new CertificateImport { Data = Convert.ToBase64String([.. other.Read("root.pem"), .. other.Read("leaf.pem")]) };
        (await manager.Client.Inspect.InspectAsync(both)).Chain
            .ShouldNotBeNull().Count
            .ShouldBe(1, "the root beside a leaf that it issued is no second leaf");
        foreach (var file in (string[])["sub.pem", "leaf.pem", "root3.pem"])
        {
            (await Files.ImportAsync("refused", other.Read(file)).ShouldBeRefused(ProblemCodes.InvalidDocument)).Errors
                .ShouldContain(e => e.Code == "not-an-authority", customMessage: file);
            (await PutAsync("refused", other.Read(file)).ShouldBeRefused(ProblemCodes.InvalidDocument)).Errors
                .ShouldContain(e => e.Code == "not-an-authority", customMessage: file);
        }
    }

    [Fact]
    public async Task An_import_is_a_change_like_any_other()
    {
        var first = await ImportAsync("versioned", ca.Root);
        first.Receipt.Created.ShouldBeTrue();
        var revision = first.Receipt.Revision!.Value;
        await Authorities.PatchAsync("versioned", new JsonObject { ["enabled"] = false });
        var second = await ImportAsync("versioned", ca.Intermediate);
        (second.Receipt.Created, second.Value.Enabled).ShouldBe((false, false));
        (await ImportAsync("versioned", ca.Intermediate)).Receipt.Revision.ShouldBe(revision + 2);
        (await ImportAsync("versioned", ca.Root, new() { Level = new(LevelKind.Group, "main") })).Receipt.Created.ShouldBeTrue();

        await manager.Cluster.Revisions.RollBackAsync(revision);
        (await Files.GetPemAsync("versioned")).ShouldBe(ca.Root.ToPem());
    }

    [Fact]
    public async Task An_import_says_what_is_found_about_the_file()
    {
        using var old = new TestCa("Old", TimeProvider.System.GetUtcNow().AddYears(-21));
        (await ImportAsync("checked-first", ca.Root)).Value.Findings.ShouldBeEmpty();
        var pem = ca.Root.ToPem() + ca.Root.ToPem() + old.Root.ToPem() + old.Intermediate.ToPem();
        foreach (var dryRun in (bool[])[true, false])
        {
            var made = await Files.ImportAsync("checked", Encoding.ASCII.GetBytes(pem), options: new() { DryRun = dryRun });
            made.Receipt.Created.ShouldBeTrue();
            made.Value.Findings.Select(f => f.Code)
                .ShouldBe(["duplicate-certificate", "authority-duplicate", "authority-expired", "authority-expired"], ignoreOrder: true);
            made.Value.Findings.Single(f => f.Code == "authority-duplicate").Message.ShouldContain("checked-first");
        }

        using var rootless = new TestCa("Rootless");
        var alone = await ImportAsync("rootless", rootless.Intermediate);
        alone.Value.Findings.Select(f => f.Code).ShouldBe(["authority-root-missing"]);
        await Authorities.DeleteAsync("checked");
        await Authorities.DeleteAsync("checked-first");
    }

    [Fact]
    public async Task What_is_found_comes_with_the_certificates_and_in_the_list()
    {
        await ImportAsync("alone", ca.Intermediate);

        var shown = await Files.GetCertificatesAsync("alone");
        shown.Certificates[0].IsCa.ShouldBeTrue();
        shown.Findings.Select(f => f.Code).ShouldBe(["authority-root-missing"]);
        (await FoundAsync("alone")).ShouldBe(["authority-root-missing"]);

        await ImportAsync("root-of-alone", ca.Root);
        (await FoundAsync("alone")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Client_verification_is_refused_where_a_host_cannot_do_it()
    {
        await manager.AddMachineAsync("old.example", "in", "listener.tls", "listener.certificate", "trust.custom");
        await ImportAsync("clients", ca.Root);

        var refused = await manager.Cluster.Singleton<TrustSettings>()
            .PutAsync(new TrustSettings { ClientAuthorities = ["clients"] })
            .ShouldBeRefused(ProblemCodes.ValidationFailed);
        refused.Findings.ShouldNotBeNull().Select(f => f.Code).ShouldContain("unsupported-by-host");
        refused.Findings!.ShouldContain(
            f => f.Message.Contains("an own list of authorities for client certificates", StringComparison.Ordinal));
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

        (await Files.ImportAsync("mislabelled", WithoutVersion(version3.RawData, key), Der).ShouldBeRefused(ProblemCodes.InvalidDocument))
            .Errors
            .ShouldContain(e => e.Code == "not-an-authority");
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

    private Task<Written<ImportedAuthority>> ImportAsync(string name, CertificateInfo certificate, WriteOptions? options = null) =>
        Files.ImportAsync(name, certificate.Der, Der, options);

    private Task<Written<SettingsItem<TrustedAuthority>>> PutAsync(string name, byte[] pem) =>
        Authorities.PutAsync(name, new TrustedAuthority { Certificates = Encoding.ASCII.GetString(pem) });

    private async Task<IEnumerable<string>> FoundAsync(string name) =>
        (await manager.Cluster.Findings.ListAsync(new() { Kind = Kinds.TrustedAuthorities, Name = name }).ToListAsync())
            .Select(f => f.Code);
}

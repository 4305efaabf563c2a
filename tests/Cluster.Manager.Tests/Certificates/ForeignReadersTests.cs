using System.Text;
using System.Text.Json.Nodes;
using Cluster.Manager.Tests.Hosting;
using Cluster.Testing.Authorities;
using Shouldly;
using Xunit;
using static Cluster.Manager.Tests.Hosting.TestManager;

namespace Cluster.Manager.Tests.Certificates;

/// <summary>What REST gives out is read by the software of others.</summary>
public sealed class ForeignReadersTests(TestManager manager) : IClassFixture<TestManager>, IDisposable
{
    private const string Password = "correct horse 1";
    private readonly TestCa ca = new();
    private readonly CertificateApi api = new(manager);
    private readonly OtherSoftware other = new();

    public static TheoryData<string, JsonObject> Kinds => new([
        ("rsa-2048", new JsonObject { ["algorithm"] = "rsa" }),
        ("rsa-3072", new JsonObject { ["algorithm"] = "rsa", ["size"] = 3072 }),
        ("rsa-4096", new JsonObject { ["algorithm"] = "rsa", ["size"] = 4096 }),
        ("p-256", new JsonObject { ["algorithm"] = "ec" }),
        ("p-384", new JsonObject { ["algorithm"] = "ec", ["curve"] = "p-384" }),
        ("p-521", new JsonObject { ["algorithm"] = "ec", ["curve"] = "p-521" }),
        ("ed25519", new JsonObject { ["algorithm"] = "ed25519" }),
    ]);

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_request_and_its_self_signed_certificate_say_what_was_asked(string name, JsonObject key)
    {
        await Create(name, key);

        other.Write("request.pem", Encoding.ASCII.GetBytes(await api.Request(name)));
        other.Write(
            "request.der",
            (await manager.Rest.GetAsync(At($"certificates/{name}/signing-request"), ("Accept", "application/pkcs10"))).Expect(200).Bytes);
        var request = await other.Run(
            "cmp <(openssl req -in request.pem -outform DER) request.der && openssl req -in request.pem -noout -text -verify "
                + "-nameopt RFC2253");
        request.ShouldContain("verify OK");
        request.ShouldContain("Subject: CN=xn--bcher-kva.example,OU=Mail,O=Example,L=Bern,ST=Bern,C=CH");
        request.ShouldContain("DNS:xn--bcher-kva.example, DNS:*.example.org, IP Address:192.0.2.1, IP Address:2001:DB8:0:0:0:0:0:1");
        (await other.Run("certtool --crq-info --inder --infile request.der")).ShouldContain("Self signature: verified");
        (await other.Run("keytool -printcertreq -file request.pem")).ShouldContain("xn--bcher-kva.example");

        other.Write("leaf.pem", (await manager.Rest.GetAsync(At($"certificates/{name}/chain"))).Expect(200).Bytes);
        var leaf = await other.Run(
            "openssl x509 -in leaf.pem -noout -text -checkend 2505600 && openssl verify -CAfile leaf.pem leaf.pem && ! openssl x509 "
                + "-in leaf.pem -noout -checkend 2678400");
        leaf.ShouldContain("DNS:xn--bcher-kva.example, DNS:*.example.org, IP Address:192.0.2.1");
        leaf.ShouldContain("TLS Web Server Authentication, TLS Web Client Authentication");
        leaf.ShouldContain("CA:FALSE");
        (await other.Run(
            "cmp <(openssl x509 -in leaf.pem -noout -pubkey) <(openssl req -in request.pem -noout -pubkey) && "
                + "echo same")).ShouldBe("same\n");
    }

    [Theory]
    [InlineData("rsa-2048")]
    [InlineData("p-384")]
    [InlineData("ed25519")]
    public Task An_export_is_read_by_everybody(string name) => AssertExport(name, Kinds.Single(k => k.Data.Item1 == name).Data.Item2);

    [Theory]
    [Trait("Category", "Full")]
    [InlineData("rsa-3072")]
    [InlineData("rsa-4096")]
    [InlineData("p-256")]
    [InlineData("p-521")]
    public Task An_export_of_the_other_kinds_is_read_by_everybody(string name) => An_export_is_read_by_everybody(name);

    [Fact]
    public async Task An_export_follows_level_and_change_set()
    {
        await Create("levels", new JsonObject { ["algorithm"] = "ec" });
        (await manager.Rest.PutAsync(At("groups/edge"), new JsonObject())).Expect(200, 201);
        var missing =
            await manager.Rest.PostAsync(At("certificates/levels/export?level=group:edge"), new JsonObject { ["password"] = Password });
        (missing.Status, missing.Code).ShouldBe((404, "not-defined-at-level"));

        (await manager.Rest.PostAsync(At("certificates/levels/copy"), new JsonObject { ["toLevel"] = "group:edge" })).Expect(201);
        (await api.Import("levels", CertificateApi.Pkcs12(ca, "edge.example.org", "a"), "a", "?level=group:edge")).Expect(200);
        other.Write("out.p12", await Export("levels", "modern", "?level=group:edge"));
        (await Subjects()).ShouldContain("edge.example.org");
        other.Write("out.p12", await Export("levels", "modern"));
        (await Subjects()).ShouldContain("xn--bcher-kva.example");

        var set = (string)(await manager.Rest.PostAsync(At("change-sets"), new JsonObject())).Expect(201).Json["id"]!;
        (await manager.Rest.PostAsync(
            At("certificates/levels/import"),
            new JsonObject { ["data"] = Convert.ToBase64String(CertificateApi.Pkcs12(ca, "staged.example.org", "a")), ["password"] = "a" },
            ("Change-Set", set))).Expect(200);
        other.Write("out.p12", await Export("levels", "modern", changeSet: set));
        (await Subjects()).ShouldContain("staged.example.org");
        other.Write("out.p12", await Export("levels", "modern"));
        (await Subjects()).ShouldContain("xn--bcher-kva.example");
    }

    [Fact]
    public async Task A_moved_certificate_takes_its_keys_along()
    {
        await Create("moved", new JsonObject { ["algorithm"] = "ec" });
        (await manager.Rest.PutAsync(At("groups/there"), new JsonObject())).Expect(200, 201);
        (await manager.Rest.PostAsync(At("certificates/moved/move"), new JsonObject { ["toLevel"] = "group:there" })).Expect(201);
        other.Write("out.p12", await Export("moved", "modern", "?level=group:there"));
        (await Subjects()).ShouldContain("xn--bcher-kva.example");
        (await manager.Rest.PostAsync(At("certificates/moved/export"), new JsonObject { ["password"] = Password })).Status.ShouldBe(404);
    }

    public void Dispose()
    {
        ca.Dispose();
        other.Dispose();
    }

    private async Task AssertExport(string name, JsonObject key)
    {
        name = "out-" + name;
        await Create(name, key);
        (await api.Upload(name, ca.PemFor(ca.Sign(await api.Request(name))))).Expect(200);
        foreach (var profile in (string[])["modern", "legacy"])
        {
            other.Write("out.p12", await Export(name, profile));
            await AssertPkcs12(profile, name);
        }

        await AssertChain(name);
    }

    private Task<string> Subjects() =>
        other.Run($"openssl pkcs12 -in out.p12 -passin 'pass:{Password}' -nodes | openssl x509 -noout -subject");

    private async Task Create(string name, JsonObject key) => (await manager.Rest.PostAsync(At("certificates"), new JsonObject
    {
        ["name"] = name,
        ["subject"] = new JsonObject
        {
            ["organization"] = "Example",
            ["organizationalUnit"] = "Mail",
            ["locality"] = "Bern",
            ["state"] = "Bern",
            ["country"] = "CH"
        },
        ["dnsNames"] = new JsonArray("bu\u0308cher.example", "*.example.org"),
        ["ipAddresses"] = new JsonArray("192.0.2.1", "2001:db8::1"),
        ["key"] = key.DeepClone(),
        ["validFor"] = "30d",
    })).Expect(201);

    private async Task<byte[]> Export(string name, string profile, string query = "", string? changeSet = null)
    {
        (string Name, string Value)[] headers = changeSet is null ? [] : [("Change-Set", changeSet)];
        return (await manager.Rest.PostAsync(
            At($"certificates/{name}/export{query}"),
            new JsonObject { ["password"] = Password, ["profile"] = profile },
            headers)).Expect(200).Bytes;
    }

    private async Task AssertPkcs12(string profile, string name)
    {
        var openssl = await other.Run($"openssl pkcs12 -in out.p12 -passin 'pass:{Password}' -nodes -info");
        openssl.ShouldContain("BEGIN PRIVATE KEY");
        openssl.ShouldContain(profile == "modern" ? "PBES2, PBKDF2, AES-256-CBC" : "pbeWithSHA1And3-KeyTripleDES-CBC");
        openssl.Split("BEGIN CERTIFICATE").Length.ShouldBe(3);
        (await other.Run(
            $"certtool --p12-info --inder --infile out.p12 --password '{Password}'")).ShouldContain("BEGIN ENCRYPTED PRIVATE KEY");
        var keytool = await other.Run($"keytool -list -v -keystore out.p12 -storepass '{Password}' -storetype PKCS12");
        keytool.ShouldContain("PrivateKeyEntry");
        keytool.ShouldContain("Certificate chain length: 2");
        var listed = await other.Run($"pk12util -l out.p12 -W '{Password}'");
        listed.ShouldContain($"Friendly Name: {name}");
        // NSS of Debian 12 has no keys of this kind; it only lists them.
        if (name != "out-ed25519")
            (await other.Run(
                "rm -rf nss && mkdir nss && certutil -N -d sql:nss --empty-password && pk12util -i out.p12 -d sql:nss -W "
                    + $"'{Password}'")).ShouldContain("IMPORT SUCCESSFUL");
    }

    private async Task AssertChain(string name)
    {
        other.Write("chain.pem", (await manager.Rest.GetAsync(At($"certificates/{name}/chain"))).Expect(200).Bytes);
        other.Write(
            "chain.p7b",
            (await manager.Rest.GetAsync(At($"certificates/{name}/chain"), ("Accept", "application/pkcs7-mime"))).Expect(200).Bytes);
        other.Write("root.pem", Encoding.ASCII.GetBytes(ca.Root.ToPem()));
        (await other.Run("openssl verify -CAfile root.pem -untrusted chain.pem chain.pem")).ShouldContain("OK");
        (await other.Run(
            "openssl pkcs7 -inform DER -in chain.p7b -print_certs | openssl x509 -noout -subject")).ShouldContain("xn--bcher-kva.example");
        (await other.Run("certtool --p7-info --inder --infile chain.p7b")).ShouldContain("Number of certificates: 2");
        foreach (var file in (string[])["chain.pem", "chain.p7b"])
            (await other.Run($"keytool -printcert -file {file}")).ShouldContain("xn--bcher-kva.example");
        if (name != "out-ed25519")
            await other.Run(
                "rm -rf nss && mkdir nss && certutil -N -d sql:nss --empty-password && openssl x509 -in chain.pem -out leaf.pem && "
                    + "certutil -A -d sql:nss -n leaf -t ,, -a -i leaf.pem");
    }
}

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Cluster.Contracts.Json;
using Cluster.Contracts.Settings;
using Cluster.Domain.Settings;
using Shouldly;
using Xunit;

namespace Cluster.Domain.Tests.Settings;

public sealed class KindRegistryTests
{
    [Fact]
    public void Every_kind_has_a_definition() =>
        KindRegistry.All.Select(d => d.Kind).ShouldBe(
            typeof(Kinds)
                .GetFields()
                .Where(f => f is { IsLiteral: true, Name: not nameof(Kinds.SingletonName) })
                .Select(f => f.GetRawConstantValue())
                .OfType<string>(),
            ignoreOrder: true);

    [Fact]
    public void Everything_that_is_wrong_is_told_at_once_with_pointers()
    {
        var errors = Check(
            Kinds.Listeners,
            "in",
            """{"type":"internal","port":"25","hostname":"mx.example.org","defaultPolicy":"accept","colour":"red"}""");

        errors.Select(e => (e.Pointer, e.Code))
            .ShouldBe([("/type", "unknown-value"), ("/port", "type"), ("/colour", "unknown-member")], ignoreOrder: true);
    }

    [Fact]
    public void All_rules_of_a_well_shaped_document_are_told_at_once()
    {
        var errors = Check(
            Kinds.Listeners,
            "in",
            """{"type":"public","port":70000,"hostname":"under_score","interface":"a/b","defaultPolicy":"Accept","alternateCertificate":"ec","domains":["bücher.example","xn--bcher-kva.example"],"senderGroups":[{"name":"everybody","senders":["ALL"],"policy":"p"},{"name":"late","senders":["SBRS[-1:1]"],"policy":"p"}]}""");

        errors.Select(e => e.Pointer).ShouldBe(
            [
                "/port",
                "/hostname",
                "/interface",
                "/defaultPolicy",
                "/alternateCertificate",
                "/domains/1",
                "/senderGroups/0",
                "/senderGroups/1/senders/0"
            ], ignoreOrder: true);
    }

    [Theory]
    [InlineData("""{"tls":"default","dane":"opportunistic"}""", "example.org", "/dane")]
    [InlineData("""{"tls":"preferred","dane":"mandatory"}""", "example.org", "/dane")]
    [InlineData("""{"tls":"none","certificate":"c"}""", "example.org", "/certificate")]
    [InlineData("""{"tls":"required","match":["a.example"]}""", "example.org", "/match")]
    [InlineData("""{"tls":"required-verify","match":[]}""", "example.org", "/match")]
    [InlineData("""{"tls":"default"}""", "default", "/tls")]
    [InlineData("""{"tls":"none"}""", "-bad-", "")]
    public void Contradictions_of_a_destination_are_refused(string json, string name, string pointer) =>
        Check(Kinds.DestinationControls, name, json).Select(e => e.Pointer).ShouldBe([pointer]);

    [Theory]
    [InlineData("""{"tls":"required-verify","match":["mx.example.org",".example.org"]}""", ".example.org")]
    [InlineData("""{"tls":"preferred","dane":"opportunistic"}""", "default")]
    [InlineData("""{"tls":"required","dane":"opportunistic"}""", "example.org")]
    [InlineData("""{"tls":"required-verify","dane":"mandatory"}""", "bücher.example")]
    public void Valid_destinations_are_taken(string json, string name) => Check(Kinds.DestinationControls, name, json).ShouldBeEmpty();

    [Theory]
    [InlineData("""{"tls":"off","verifyClientCertificate":true}""", "/verifyClientCertificate")]
    [InlineData("""{"tls":"off","requireTlsForAuth":true}""", "/requireTlsForAuth")]
    [InlineData("""{"tls":"required","tlsMandatoryFor":"list"}""", "/tlsMandatoryFor")]
    public void Contradictions_of_a_policy_are_refused(string json, string pointer) =>
        Check(Kinds.MailFlowPolicies, "p", json).Select(e => e.Pointer).ShouldBe([pointer]);

    [Fact]
    public void A_listener_holds_a_bounded_number_of_groups_and_senders()
    {
        var group = """{"name":"g","senders":["10.0.0.1"],"policy":"p"}""";
        string Listener(string groups) =>
            $$"""{"type":"private","port":25,"hostname":"h","defaultPolicy":"p","senderGroups":[{{groups}}]}""";

        Check(Kinds.Listeners, "in", Listener(string.Join(',', Enumerable.Repeat(group, 2001)))).Select(e => e.Code).ShouldBe(["too-many"]);
        var many = $$"""{"name":"g","senders":[{{string.Join(',', Enumerable.Repeat("\"10.0.0.1\"", 20001))}}],"policy":"p"}""";
        Check(Kinds.Listeners, "in", Listener(many)).Select(e => e.Code).ShouldBe(["too-many"]);
    }

    [Theory]
    [InlineData(500, "")]
    [InlineData(501, "/domains:too-many")]
    public void A_listener_names_a_bounded_number_of_domains(int count, string error)
    {
        var domains = string.Join(',', Enumerable.Range(0, count).Select(n => $"\"d{n}.example\""));
        string.Join(
            ' ',
            Check(
                Kinds.Listeners,
                "in",
                $$"""{"type":"public","port":25,"hostname":"mx.example","defaultPolicy":"p","domains":[{{domains}}]}""").Select(e => $"{e.Pointer}:{e.Code}"))
            .ShouldBe(error);
    }

    [Fact]
    public void Authorities_must_be_readable_and_authorities()
    {
        var ca = Certificate(isCa: true);
        var leaf = Certificate(isCa: false);
        var key = ECDsa.Create().ExportPkcs8PrivateKeyPem();

        Authority(ca).ShouldBeEmpty();
        Authority(ca + "\n" + ca).ShouldBeEmpty();
        Authority("hello").ShouldBe(["no-certificate"]);
        Authority(leaf).ShouldBe(["not-an-authority"]);
        Authority(ca + ca[..60]).ShouldBe(["damaged"]);
        Authority(ca + key).ShouldBe(["private-key"]);
    }

    [Theory]
    [InlineData("""{"port":443,"httpsCertificate":"admin"}""", "")]
    [InlineData("""{"port":65535,"httpsCertificate":"admin","hostname":"gw1.bücher.example"}""", "")]
    [InlineData("""{"port":0,"httpsCertificate":"admin"}""", "/port:range")]
    [InlineData(
        """{"port":65536,"httpsCertificate":"Admin","hostname":"gw_1 .example"}""",
        "/port:range /hostname:host-name /httpsCertificate:name")]
    [InlineData("""{}""", "/port:required /httpsCertificate:required")]
    [InlineData("""{"port":"443","httpsCertificate":"admin","certificate":"admin"}""", "/port:type /certificate:unknown-member")]
    public void A_management_interface_has_a_port_and_a_certificate(string json, string errors) =>
        string.Join(' ', Check(Kinds.Interfaces, "admin", json).Select(e => $"{e.Pointer}:{e.Code}")).ShouldBe(errors);

    [Fact]
    public void Documents_keep_their_bytes_for_ever()
    {
        // A changed hash here means that stored documents of older versions are rewritten: that must never happen.
        Hash(
            Kinds.Listeners,
            """{ "port": 25, "type":"public", "hostname":"mx.example.org", "defaultPolicy":"accept", "certificate":"mx" }""").ShouldBe(
            "1c180eb8e613d0d607f693e3756c969d10348836a947ac3aa4c39ad273910a72");
        Hash(Kinds.MailFlowPolicies, """{"tls":"required"}""").ShouldBe("35563112fab329ff6c75d826e87adfa36308c3d8f93864282417c3fa4d4c4717");
        Hash(Kinds.DestinationControls, """{"tls":"required-verify","match":["b","a"]}""").ShouldBe(
            "5104d95de34a6085b1de6a73c2c715676a06771cb3ff7d81baa5b2cb04766c0a");
        Hash(Kinds.Interfaces, """{"port":443,"httpsCertificate":"admin","hostname":"gw1.example.org"}""").ShouldBe(
            "cfffd530f5a58925bfb0b29973c3676b55060b8f20e980a3d31d339a612fc206");
    }

    private static string Hash(string kind, string json) =>
        KindRegistry.Get(kind).Check(Make.Json(json), new RuleContext("x", Make.Now)).Document!.Hash;

    private static List<string> Authority(string pem) =>
        [.. Check(Kinds.TrustedAuthorities, "ca", JsonSerializer.Serialize(new { certificates = pem })).Select(e => e.Code)];

    private static IReadOnlyList<FieldError> Check(string kind, string name, string json) =>
        KindRegistry.Get(kind).Check(Make.Json(json), new RuleContext(name, Make.Now)).Errors;

    private static string Certificate(bool isCa)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=test", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isCa, false, 0, true));
        using var certificate = request.CreateSelfSigned(Make.Now, Make.Now.AddYears(1));
        return certificate.ExportCertificatePem() + "\n";
    }
}

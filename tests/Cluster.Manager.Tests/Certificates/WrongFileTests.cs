using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Cluster.Contracts.Problems;
using Cluster.Manager.Tests.Hosting;
using Cluster.Pki.Keys;
using Cluster.Pki.Requests;
using Cluster.Testing.Authorities;
using Cluster.Testing.Rest;
using Shouldly;
using Xunit;
using static Cluster.Manager.Tests.Hosting.TestManager;

namespace Cluster.Manager.Tests.Certificates;

/// <summary>Who uploads the wrong thing learns over REST what it is, and no information is given as the reason.</summary>
public sealed class WrongFileTests(TestManager manager) : IClassFixture<TestManager>, IDisposable
{
    private readonly TestCa ca = new();
    private readonly CertificateApi api = new(manager);
    private readonly PrivateKeyMaterial key = PrivateKeyMaterial.Generate(KeySpecification.EcP256);

    [Fact]
    public async Task A_signing_request_is_not_called_a_missing_key()
    {
        var refused = await api.Import("request", Encoding.ASCII.GetBytes(Request()));
        (refused.Status, refused.Code).ShouldBe((422, ProblemCodes.NoCertificate));
        refused.Json["detail"]!.GetValue<string>().ShouldContain("a certificate signing request, but no certificate");

        (await api.Create("mx", "mx.example.org")).Expect(201);
        var uploaded = await api.Upload("mx", await api.Request("mx"));
        (uploaded.Status, uploaded.Code).ShouldBe((422, ProblemCodes.NoCertificate));
        uploaded.Json["detail"]!.GetValue<string>().ShouldContain("a certificate signing request, but no certificate");
    }

    [Fact]
    public async Task A_public_key_alone_is_named()
    {
        var refused = await api.Import(
            "public", Encoding.ASCII.GetBytes(PemEncoding.WriteString("PUBLIC KEY", key.Public.SubjectPublicKeyInfo.Span)));
        (refused.Status, refused.Code).ShouldBe((422, ProblemCodes.NothingInside));
        refused.Json["detail"]!.GetValue<string>().ShouldContain("a public key");
        refused.Json["errors"]!.AsArray().Select(e => e!["code"]!.GetValue<string>()).ShouldBe([ProblemCodes.NothingInside]);
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/x-pem-file")]
    public async Task Dashes_of_a_word_processor_are_named(string type)
    {
        var text = ca.Root.ToPem().Replace("-----", "——-", StringComparison.Ordinal);
        var refused = type == "application/json"
            ? await manager.Rest.PostAsync(At("certificates/dashes/import"), new JsonObject { ["data"] = text })
            : await manager.Rest.SendAsync(
                HttpMethod.Post, At("certificates/dashes/import"), new StringContent(text, Encoding.UTF8, type));
        (refused.Status, refused.Code).ShouldBe((422, ProblemCodes.UnknownFormat));
        refused.Json["detail"]!.GetValue<string>().ShouldContain("word processor");
    }

    [Fact]
    public async Task Inspecting_a_request_judges_it()
    {
        var inspected = (await manager.Rest.PostAsync(
            "/inspect", new JsonObject { ["data"] = Request() })).Expect(200);
        inspected.Json["signingRequests"]!.AsArray().Count.ShouldBe(1);
        Codes(inspected).ShouldContain("request-without-names");
    }

    [Fact]
    public async Task A_signed_upload_judges_a_request_that_came_along_and_says_that_the_root_is_dropped()
    {
        (await api.Create("along", "along.example.org")).Expect(201);
        var leaf = ca.Sign(await api.Request("along"));
        var uploaded = (await api.Upload("along", ca.PemFor(leaf) + ca.Root.ToPem() + Request())).Expect(200);
        Codes(uploaded).ShouldContain("request-without-names");
        Codes(uploaded).ShouldContain("root-dropped");
    }

    [Fact]
    public async Task An_address_in_a_form_that_only_some_software_reads_makes_no_certificate()
    {
        var body = new JsonObject { ["name"] = "octal", ["ipAddresses"] = new JsonArray("192.0.2.010"), ["key"] = Ec() };
        var refused = await manager.Rest.PostAsync(At("certificates"), body);
        refused.Status.ShouldBe(422);
        refused.Json["errors"]![0]!["code"]!.GetValue<string>().ShouldBe("invalid-ip-address");
    }

    public void Dispose()
    {
        key.Dispose();
        ca.Dispose();
    }

    private static JsonObject Ec() => new() { ["algorithm"] = "ec" };

    private static IEnumerable<string> Codes(RestAnswer answer) =>
        answer.Json["findings"]!.AsArray().Select(f => f!["code"]!.GetValue<string>());

    private string Request() => SigningRequests.CreateForIdentity(key, "mx.example.org").ToPem();
}

using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Cluster.Testing.Fleets;
using Cluster.Testing.Rest;
using Shouldly;
using Xunit;

namespace Cluster.EndToEnd.Tests;

/// <summary>Whatever is uploaded: a clear problem, and nothing changed.</summary>
public sealed class UploadTests(SharedFleet shared) : IClassFixture<SharedFleet>
{
    [Fact]
    public async Task A_signed_certificate_of_another_key_names_where_it_fits()
    {
        var fleet = shared.Fleet;
        await fleet.SelfSignedCertificateAsync("mx", "mx.example.test");
        await fleet.SelfSignedCertificateAsync("web", "web.example.test");
        var request = (await fleet.Rest.GetAsync(
            Fleet.At("certificates/web/signing-request"), ("Accept", "application/x-pem-file"))).Expect(200).Text;
        var before = (await fleet.Rest.GetAsync(Fleet.At("certificates/mx"))).Expect(200).Text;

        var answer = await PutSignedAsync(fleet, "mx", fleet.Authority.PemFor(fleet.Authority.Sign(request)));

        answer.Status.ShouldBe(422);
        answer.Text.ShouldContain("web");
        (await fleet.Rest.GetAsync(Fleet.At("certificates/mx"))).Text.ShouldBe(before);
    }

    [Fact]
    public async Task Garbage_is_refused_whatever_it_claims_to_be()
    {
        var fleet = shared.Fleet;
        await fleet.SelfSignedCertificateAsync("noise", "noise.example.test");
        var request = (await fleet.Rest.GetAsync(
            Fleet.At("certificates/noise/signing-request"), ("Accept", "application/x-pem-file"))).Expect(200).Text;
        var good = fleet.Authority.PemFor(fleet.Authority.Sign(request));
        string[] uploads = [
            "",
            "\0\0\0\0",
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
            good[..(good.Length / 3)],
            new string('A', 50_000)
        ];

        foreach (var upload in uploads)
        {
            var answer = await PutSignedAsync(fleet, "noise", upload);
            answer.Status.ShouldBeOneOf(400, 422);
            answer.Code.ShouldNotBeEmpty();
        }

        ((string)(await fleet.Rest.GetAsync(Fleet.At("certificates/noise"))).Json["source"]!).ShouldBe("self-signed");
        (await PutSignedAsync(fleet, "noise", good)).Expect(200, 201);
    }

    [Fact]
    public async Task A_container_with_a_wrong_password_truncated_or_huge_stores_nothing()
    {
        var fleet = shared.Fleet;
        var container = Pkcs12("right");

        var wrong = await ImportAsync(fleet, container, "wrong");
        wrong.Status.ShouldBe(422);
        wrong.Text.ShouldContain("password", Case.Insensitive);
        (await ImportAsync(fleet, container[..(container.Length / 2)], "right")).Status.ShouldBe(422);
        (await ImportAsync(fleet, RandomNumberGenerator.GetBytes(5000), "right")).Status.ShouldBe(422);
        (await ImportAsync(fleet, new byte[11 * 1024 * 1024], "right")).Status.ShouldBe(413);
        (await fleet.Rest.GetAsync(Fleet.At("certificates/imported"))).Status.ShouldBe(404);

        (await ImportAsync(fleet, container, "right")).Expect(201);
        (await fleet.Rest.GetAsync(Fleet.At("certificates/imported"))).Expect(200);
    }

    [Fact]
    public async Task Json_that_is_malformed_or_unknown_is_refused_with_every_finding()
    {
        var fleet = shared.Fleet;

        var malformed = await fleet.Rest.SendAsync(HttpMethod.Put, Fleet.At("mail-flow-policies/p"), Raw("{\"tls\":"));
        var unknown =
            await fleet.Rest.PutAsync(Fleet.At("mail-flow-policies/p"), new JsonObject { ["tls"] = "sometimes", ["tsl"] = "off" });
        var twice =
            await fleet.Rest.SendAsync(HttpMethod.Put, Fleet.At("mail-flow-policies/p"), Raw("{\"tls\":\"off\",\"tls\":\"required\"}"));

        malformed.Status.ShouldBe(400);
        unknown.Status.ShouldBe(422);
        unknown.Json["errors"]!.AsArray().Select(e => (string)e!["pointer"]!).ShouldBe(["/tls", "/tsl"], ignoreOrder: true);
        twice.Status.ShouldBe(422);
        (await fleet.Rest.GetAsync(Fleet.At("mail-flow-policies/p"))).Status.ShouldBe(404);
    }

    private static Task<RestAnswer> PutSignedAsync(Fleet fleet, string name, string body) =>
        fleet.Rest.SendAsync(
            HttpMethod.Put, Fleet.At($"certificates/{name}/signed-certificate"), new StringContent(body, null, "application/x-pem-file"));

    private static Task<RestAnswer> ImportAsync(Fleet fleet, byte[] data, string password) =>
        fleet.Rest.PostAsync(
            Fleet.At("certificates/imported/import"), new JsonObject { ["data"] = Convert.ToBase64String(data), ["password"] = password });

    private static ByteArrayContent Raw(string json) =>
        new(System.Text.Encoding.UTF8.GetBytes(json)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };

    private static byte[] Pkcs12(string password)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=imported.example.test", key, HashAlgorithmName.SHA256);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(30));
        return certificate.ExportPkcs12(Pkcs12ExportPbeParameters.Pbes2Aes256Sha256, password);
    }
}

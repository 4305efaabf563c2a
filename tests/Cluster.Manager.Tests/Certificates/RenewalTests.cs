using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Cluster.Manager.Tests.Hosting;
using Cluster.Pki.Containers;
using Cluster.Pki.Keys;
using Cluster.Pki.Requests;
using Cluster.Storage.Certificates;
using Cluster.Storage.Units;
using Cluster.Testing.Authorities;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;
using static Cluster.Manager.Tests.Hosting.TestManager;

namespace Cluster.Manager.Tests.Certificates;

public sealed class RenewalTests(TestManager manager) : IClassFixture<TestManager>, IDisposable
{
    private readonly TestCa ca = new();
    private readonly CertificateApi api = new(manager);

    [Fact]
    public async Task A_created_certificate_is_self_signed_with_a_request_for_the_same_key()
    {
        var created = (await api.Create("made", "mx.example.org")).Expect(201);

        created.Json["version"]!.GetValue<int>().ShouldBe(1);
        ((string?)created.Json["source"]).ShouldBe("self-signed");
        ((string?)created.Json["signingRequest"]).ShouldBe("open");
        created.Json["hasPrivateKey"]!.GetValue<bool>().ShouldBeTrue();
        created.Json["findings"]!.AsArray().Select(f => (string?)f!["code"]).ShouldContain("self-signed");
        created.Headers.ShouldContainKey("Cluster-Revision");
        var request = SigningRequests.Read(Encoding.ASCII.GetBytes(await api.Request("made"))).Value.ShouldNotBeNull();
        request.PublicKey.Sha256.ShouldBe((string)created.Json["publicKeySha256"]!);
        request.DnsNames.ShouldBe(["mx.example.org"]);
        (await api.Create("made", "mx.example.org")).Code.ShouldBe("name-taken");
    }

    [Fact]
    public async Task A_signed_certificate_in_any_order_becomes_the_version_that_is_served()
    {
        (await api.Create("signed", "mx.example.org")).Expect(201);
        var leaf = ca.Sign(await api.Request("signed"));
        var uploaded =
            (await api.Upload("signed", ca.Root.ToPem() + ca.Intermediate.ToPem() + leaf.ToPem() + ca.Intermediate.ToPem())).Expect(200);

        uploaded.Json["version"]!.GetValue<int>().ShouldBe(2);
        ((string?)uploaded.Json["source"]).ShouldBe("signed");
        ((string?)uploaded.Json["signingRequest"]).ShouldBe("none");
        ((string?)uploaded.Json["chain"]!.AsArray().ShouldHaveSingleItem()!["sha256"]).ShouldBe(ca.Intermediate.Sha256);
        uploaded.Json["findings"]!
            .AsArray()
            .Select(f => (string?)f!["code"])
            .ShouldBe(["untrusted-chain", "duplicate-certificate", "misordered-chain"], ignoreOrder: true);

        var again = (await api.Upload("signed", ca.PemFor(leaf))).Expect(200);
        again.Json["version"]!.GetValue<int>().ShouldBe(2);
        again.Headers["Cluster-Revision"].ShouldBe(uploaded.Headers["Cluster-Revision"]);
        var chain = (await manager.Rest.GetAsync(At("certificates/signed/chain"))).Expect(200);
        chain.Text.ShouldBe(ca.PemFor(leaf));
        (await manager.Rest.GetAsync(At("certificates/signed/chain"), ("Accept", "application/pkcs7-mime")))
            .Expect(200).MediaType
            .ShouldBe("application/pkcs7-mime");
        (await manager.Rest.GetAsync(At("certificates/signed/chain"), ("Accept", "image/png"))).Status.ShouldBe(406);
    }

    [Fact]
    public async Task Of_cross_signed_alternatives_the_one_that_the_cluster_trusts_is_served()
    {
        using var trusted = new TestCa("Trusted");
        using var foreign = new TestCa("Foreign");
        var cross = foreign.CrossSign(trusted);
        (await manager.Rest.PutAsync(At("trusted-authorities/trusted"), new JsonObject { ["certificates"] = trusted.Root.ToPem() })).Expect(
            200, 201);
        (await api.Create("cross", "mx.example.org")).Expect(201);
        var leaf = trusted.Sign(await api.Request("cross"));
        var all = foreign.Root.ToPem() + cross.ToPem() + leaf.ToPem() + trusted.Intermediate.ToPem() + trusted.Root.ToPem();
        var uploaded = (await api.Upload("cross", all)).Expect(200).Json;
        ((string?)uploaded["chain"]!.AsArray().ShouldHaveSingleItem()!["sha256"]).ShouldBe(trusted.Intermediate.Sha256);
        uploaded["findings"]!.AsArray().Select(f => (string?)f!["code"]).ShouldNotContain("untrusted-chain");
        (await manager.Rest.DeleteAsync(At("trusted-authorities/trusted"))).Expect(204);
    }

    [Fact]
    public async Task An_issuer_in_the_middle_is_taken_from_other_certificates()
    {
        using var upper = new TestCa("Upper");
        using var lower = new TestCa("Lower");
        var middle = upper.CrossSignRoot(lower);
        (await api.Create("deep-one", "mx.example.org")).Expect(201);
        (await api.Upload("deep-one", lower.PemFor(lower.Sign(await api.Request("deep-one"))) + middle.ToPem())).Expect(200);
        (await api.Create("deep-two", "mx.example.org")).Expect(201);
        var uploaded = (await api.Upload("deep-two", lower.PemFor(lower.Sign(await api.Request("deep-two"))))).Expect(200).Json;
        uploaded["chain"]!.AsArray().Select(c => (string?)c!["sha256"]).ShouldBe([lower.Intermediate.Sha256, middle.Sha256]);
        uploaded["findings"]!.AsArray().Select(f => (string?)f!["code"]).ShouldContain("completed-chain");
    }

    [Fact]
    public async Task A_certificate_of_the_trusted_root_itself_misses_nothing()
    {
        using var own = new TestCa("Own");
        (await manager.Rest.PutAsync(At("trusted-authorities/direct"), new JsonObject { ["certificates"] = own.Root.ToPem() })).Expect(
            200, 201);
        (await api.Create("direct", "mx.example.org")).Expect(201);
        (await api.Upload("direct", own.SignByRoot(await api.Request("direct")).ToPem())).Expect(200).Json["findings"]!
            .AsArray()
            .ShouldBeEmpty();
        (await api.Get("direct"))["findings"]!.AsArray().ShouldBeEmpty();
        (await manager.Rest.DeleteAsync(At("trusted-authorities/direct"))).Expect(204);
    }

    [Fact]
    public async Task A_certificate_of_another_key_says_where_it_fits_and_changes_nothing()
    {
        (await api.Create("right", "mx.example.org")).Expect(201);
        (await api.Create("wrong", "mx.example.org")).Expect(201);
        var leaf = ca.Sign(await api.Request("right"));
        var refused = await api.Upload("wrong", ca.PemFor(leaf));

        (refused.Status, refused.Code).ShouldBe((422, "key-unknown"));
        var fit = refused.Json["fits"]!.AsArray().ShouldHaveSingleItem()!;
        ((string?)fit["name"], (string?)fit["level"]).ShouldBe(("right", "cluster"));
        (await api.Get("wrong"))["version"]!.GetValue<int>().ShouldBe(1);
    }

    [Fact]
    public async Task Der_json_and_pkcs7_are_taken_as_well()
    {
        (await api.Create("forms", "mx.example.org")).Expect(201);
        var request = await api.Request("forms");
        var (one, two, three) = (ca.Sign(request), ca.Sign(request), ca.Sign(request));
        var der = new ByteArrayContent(one.Der.ToArray())
        {
            Headers = { ContentType = MediaTypeHeaderValue.Parse("application/pkix-cert") }
        };
        var first = (await manager.Rest.SendAsync(HttpMethod.Put, At("certificates/forms/signed-certificate"), der)).Expect(200);
        first.Json["findings"]!.AsArray().Select(f => (string?)f!["code"]).ShouldContain("missing-intermediate");

        var json = new JsonObject
        {
            ["data"] = Convert.ToBase64String(two.Der.Span),
            ["intermediates"] = new JsonArray(ca.Intermediate.ToPem())
        };
        (await manager.Rest.PutAsync(At("certificates/forms/signed-certificate"), json)).Expect(200).Json["chain"]!
            .AsArray().Count
            .ShouldBe(1);
        var pkcs7 = new ByteArrayContent(
            CertificateWriter.Pkcs7([ca.Intermediate, three]))
            {
                Headers = { ContentType = MediaTypeHeaderValue.Parse("application/pkcs7-mime") }
            };
        ((string?)(await manager.Rest.SendAsync(
            HttpMethod.Put, At("certificates/forms/signed-certificate"), pkcs7)).Expect(200).Json["sha256"]).ShouldBe(three.Sha256);
    }

    [Fact]
    public async Task A_missing_intermediate_is_taken_from_another_chain()
    {
        (await api.Create("donor", "a.example.org")).Expect(201);
        (await api.Upload("donor", ca.PemFor(ca.Sign(await api.Request("donor"))))).Expect(200);
        (await api.Create("taker", "b.example.org")).Expect(201);
        var taken = (await api.Upload("taker", ca.Sign(await api.Request("taker")).ToPem())).Expect(200);
        taken.Json["chain"]!.AsArray().Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_renewal_keeps_the_old_version_serving_until_it_is_signed()
    {
        (await api.Create("renewed", "mx.example.org")).Expect(201);
        var before = await api.Get("renewed");
        var opened = (await manager.Rest.PostAsync(
            At("certificates/renewed/signing-request"),
            new JsonObject { ["key"] = "new", ["dnsNames"] = new JsonArray("mx.example.org", "mx2.example.org") })).Expect(201);
        ((string?)opened.Json["publicKeySha256"]).ShouldNotBe((string?)before["publicKeySha256"]);
        (await api.Get("renewed"))["version"]!.GetValue<int>().ShouldBe(1);

        var signed = (await api.Upload("renewed", ca.PemFor(ca.Sign((string)opened.Json["pem"]!)))).Expect(200);
        ((string?)signed.Json["publicKeySha256"]).ShouldBe((string?)opened.Json["publicKeySha256"]);
        signed.Json["dnsNames"]!.AsArray().Count.ShouldBe(2);
        ((string?)signed.Json["signingRequest"]).ShouldBe("open");

        var same =
            (await manager.Rest.PostAsync(At("certificates/renewed/signing-request"), new JsonObject { ["key"] = "same" })).Expect(201);
        ((string?)same.Json["publicKeySha256"]).ShouldBe((string?)signed.Json["publicKeySha256"]);
    }

    [Fact]
    public async Task A_request_survives_the_change_set_in_which_it_was_made()
    {
        var set =
            (string)(await manager.Rest.PostAsync(At("change-sets"), new JsonObject { ["description"] = "try" })).Expect(201).Json["id"]!;
        var staged = (await api.Create("staged", "mx.example.org", changeSet: set)).Expect(201);
        staged.Headers["Change-Set"].ShouldBe(set);
        (await manager.Rest.GetAsync(At("certificates/staged"))).Status.ShouldBe(404);
        (await manager.Rest.DeleteAsync(At($"change-sets/{set}"))).Expect(204);

        var pem = await api.Request("staged");
        var der = (await manager.Rest.GetAsync(At("certificates/staged/signing-request"), ("Accept", "application/pkcs10"))).Expect(200);
        der.MediaType.ShouldBe("application/pkcs10");
        SigningRequests.Read(der.Bytes).Value.ShouldNotBeNull().ToPem().ShouldBe(pem);

        var uploaded = (await api.Upload("staged", ca.PemFor(ca.Sign(await api.Request("staged"))))).Expect(201);
        uploaded.Json["version"]!.GetValue<int>().ShouldBe(2);
    }

    [Fact]
    public async Task Cancelling_a_request_destroys_a_key_that_no_version_has()
    {
        (await api.Create("cancel", "mx.example.org")).Expect(201);
        var opened = (await manager.Rest.PostAsync(At("certificates/cancel/signing-request"), new JsonObject())).Expect(201);
        var leaf = ca.Sign((string)opened.Json["pem"]!);
        (await manager.Rest.DeleteAsync(At($"signing-requests/{opened.Json["id"]}"))).Expect(204);
        ((string?)(await manager.Rest.GetAsync(
            At($"signing-requests/{opened.Json["id"]}"))).Expect(200).Json["state"]).ShouldBe("cancelled");
        (await api.Upload("cancel", ca.PemFor(leaf))).Code.ShouldBe("key-unknown");
    }

    [Fact]
    public async Task A_dry_run_makes_neither_key_nor_version()
    {
        var tried = (await api.Create("dry", "mx.example.org", "?dryRun=true")).Expect(201);
        tried.Json["publicKeySha256"].ShouldBeNull();
        tried.Json["version"].ShouldBeNull();
        (await manager.Rest.GetAsync(At("certificates/dry"))).Status.ShouldBe(404);
        (await manager.Rest.GetAsync(At("certificates/dry/signing-request"))).Status.ShouldBe(404);
        (await api.Create("dry", "not a name", "?dryRun=true")).Status.ShouldBe(422);
    }

    [Fact]
    public async Task A_pkcs12_without_a_key_is_taken_as_well()
    {
        (await api.Create("p12", "mx.example.org")).Expect(201);
        using var other = new OtherSoftware();
        other.Write("chain.pem", Encoding.ASCII.GetBytes(ca.Intermediate.ToPem() + ca.Sign(await api.Request("p12")).ToPem()));
        await other.Run(
            "openssl pkcs12 -export -nokeys -in chain.pem -passout pass:secret -out locked.p12 && openssl pkcs12 -export -nokeys -in "
                + "chain.pem -passout pass: -out open.p12 && openssl crl2pkcs7 -nocrl -certfile chain.pem -out chain.p7b");

        var json = new JsonObject { ["data"] = Convert.ToBase64String(other.Read("locked.p12")) };
        (await manager.Rest.PutAsync(At("certificates/p12/signed-certificate"), json)).Code.ShouldBe("missing-password");
        json["password"] = "secret";
        var taken = (await manager.Rest.PutAsync(At("certificates/p12/signed-certificate"), json)).Expect(200);
        (taken.Json["version"]!.GetValue<int>(), taken.Json["chain"]!.AsArray().Count).ShouldBe((2, 1));
        foreach (var (file, type) in (IReadOnlyList<(string, string)>)[
            ("open.p12", "application/x-pkcs12"),
            ("chain.p7b", "application/x-pkcs7-certificates"),
            ("chain.pem", "application/pem-certificate-chain")
        ])
        {
            var body = new ByteArrayContent(other.Read(file)) { Headers = { ContentType = MediaTypeHeaderValue.Parse(type) } };
            (await manager.Rest.SendAsync(HttpMethod.Put, At("certificates/p12/signed-certificate"), body)).Expect(200).Json["version"]!
                .GetValue<int>()
                .ShouldBe(2);
        }
    }

    [Fact]
    public async Task More_names_than_fit_a_request_are_refused_before_a_key_is_made()
    {
        var body = CertificateApi.Body("many", "mx.example.org");
        body["dnsNames"] = new JsonArray([.. Enumerable.Range(0, 1_000).Select(i => (JsonNode)$"mx{i}.example.org")]);
        var refused = await manager.Rest.PostAsync(At("certificates"), body);
        (refused.Status, (string?)refused.Json["errors"]![0]!["code"]).ShouldBe((422, "too-many-names"));
        body["dnsNames"] = new JsonArray([.. Enumerable.Range(0, 500).Select(i => (JsonNode)$"mx{i}.example.org")]);
        body["key"] = new JsonObject { ["algorithm"] = "rsa", ["size"] = 4096 };
        (await manager.Rest.PostAsync(At("certificates"), body)).Expect(201).Json["dnsNames"]!.AsArray().Count.ShouldBe(500);
    }

    [Fact]
    public async Task Everything_wrong_with_a_request_is_told_at_once()
    {
        var body = CertificateApi.Body("wrong", "a b");
        body["subject"] = new JsonObject { ["country"] = "Schweiz" };
        var refused = await manager.Rest.PostAsync(At("certificates"), body);
        refused.Status.ShouldBe(422);
        refused.Json["errors"]!.AsArray().Select(e => (string?)e!["pointer"]).ShouldBe(["/dnsNames/0", "/subject/country"]);
    }

    public void Dispose() => ca.Dispose();
}

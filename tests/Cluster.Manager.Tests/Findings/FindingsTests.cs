using System.Text.Json.Nodes;
using Cluster.Manager.Tests.Certificates;
using Cluster.Manager.Tests.Hosting;
using Cluster.Pki.Certificates;
using Cluster.Pki.Keys;
using Cluster.Testing.Authorities;
using Shouldly;
using Xunit;

namespace Cluster.Manager.Tests.Findings;

/// <summary>Findings of the running configuration, through REST.</summary>
public sealed class FindingsTests(TestManager manager) : IClassFixture<TestManager>, IDisposable
{
    private readonly TestCa ca = new("Public");
    private readonly CertificateApi api = new(manager);

    [Fact]
    public async Task Trust_and_use_decide_what_is_found_and_every_change_shows_at_once()
    {
        (await api.Import("used", CertificateApi.Pkcs12(ca, "mx.example.test", "p"), "p")).Expect(201);
        (await Codes("used")).ShouldBe(["untrusted-chain", "certificate-unused"]);

        (await manager.Rest.PutAsync(
            TestManager.At("trusted-authorities/public"), new JsonObject { ["certificates"] = ca.Root.ToPem() })).Expect(201);
        (await Codes("used")).ShouldBe(["certificate-unused"]);

        (await manager.Rest.PutAsync(TestManager.At("outbound"), new JsonObject { ["certificate"] = "used" })).Expect(200, 201);
        (await Codes("used")).ShouldBeEmpty();
        (await manager.Rest.DeleteAsync(TestManager.At("outbound"))).Expect(200, 204);
        (await Codes("used")).ShouldBe(["certificate-unused"]);

        (await manager.Rest.PostAsync(TestManager.At("certificates/used/versions/1/compromised"))).Expect(200, 204);
        (await Codes("used")).ShouldContain("certificate-version-compromised");
    }

    [Fact]
    public async Task What_weighs_more_in_a_place_is_listed_for_that_place_with_that_weight()
    {
        (await manager.Rest.PutAsync(TestManager.At("mail-flow-policies/weighs"), new JsonObject { ["tls"] = "preferred" })).Expect(201);
        (await api.Create("weighs", "mx.example.test")).Expect(201);
        (await Found("weighs")).Single(f => (string)f["code"]! == "self-signed")["severity"]!.GetValue<string>().ShouldBe("info");

        var set = (string)(await manager.Rest.PostAsync(
            TestManager.At("change-sets"), new JsonObject { ["description"] = "weighs" })).Expect(201).Json["id"]!;
        foreach (var (certificate, port) in new[] { ("weighs", 25), ("demo", 26) })
        {
            var listener = new JsonObject
            {
                ["type"] = "public",
                ["port"] = port,
                ["hostname"] = "mx.example.test",
                ["certificate"] = certificate,
                ["defaultPolicy"] = "weighs"
            };
            (await manager.Rest.PutAsync(TestManager.At($"listeners/with-{certificate}"), listener, ("Change-Set", set))).Expect(201);
        }

        (await manager.Rest.PutAsync(
            TestManager.At("interfaces/with-demo"),
            new JsonObject { ["port"] = 443, ["httpsCertificate"] = "demo" },
            ("Change-Set", set))).Expect(201);
        string[] expected = [
            "Certificate 'demo' on interfaces/with-demo",
            "Certificate 'demo' on listeners/with-demo",
            "Certificate 'weighs' on listeners/with-weighs"
        ];
        Places(
            (await manager.Rest.PostAsync(TestManager.At($"change-sets/{set}/validate"))).Expect(200).Json["findings"]!).ShouldBe(expected);
        (await manager.Rest.PostAsync(TestManager.At($"change-sets/{set}/commit"), new JsonObject { ["comment"] = "weighs" })).Expect(
            200, 201);
        Places((await manager.Rest.GetAsync(TestManager.At("findings?pageSize=500"))).Expect(200).Json["items"]!).ShouldBe(expected);

        static string[] Places(JsonNode findings) =>
            [
                .. findings.AsArray()
                    .Where(f => (string)f!["severity"]! == "warning" && (string)f["code"]! is "self-signed" or "demo-certificate")
                    .Select(f => ((string)f!["message"]!).Split(':')[0])
                    .Order(StringComparer.Ordinal)
            ];
    }

    [Fact]
    public async Task Muted_findings_stay_listed()
    {
        (await api.Create("quiet", "mx.example.test")).Expect(201);
        (await manager.Rest.PatchAsync(TestManager.At("certificates/quiet"), new JsonObject
        {
            ["mutedFindings"] = new JsonArray(
                new JsonObject
                {
                    ["code"] = "certificate-unused",
                    ["reason"] = "kept for the move",
                    ["until"] = TimeProvider.System.GetUtcNow().AddMonths(6).ToString("O")
                }),
        })).Expect(200);

        var found = await Found("quiet");
        found.Single(f => (string)f["code"]! == "certificate-unused")["muted"]!.GetValue<bool>().ShouldBeTrue();
        found.Where(f => (string)f["code"]! != "certificate-unused").ShouldAllBe(f => f["muted"] == null);
        var tooLong = await manager.Rest.PatchAsync(TestManager.At("certificates/quiet"), new JsonObject
        {
            ["mutedFindings"] = new JsonArray(
                new JsonObject
                {
                    ["code"] = "self-signed",
                    ["reason"] = "x",
                    ["until"] = TimeProvider.System.GetUtcNow().AddMonths(13).ToString("O")
                }),
        });
        tooLong.Expect(422);
        var audit = (await manager.Rest.GetAsync(TestManager.At("audit?pageSize=100"))).Expect(200).Text;
        audit.ShouldContain("certificates/quiet@cluster");
    }

    [Fact]
    public async Task A_missing_intermediate_is_taken_from_the_trusted_authorities_or_from_another_chain()
    {
        using var partner = new TestCa("Partner");
        (await manager.Rest.PutAsync(
            TestManager.At("trusted-authorities/partner"),
            new JsonObject { ["certificates"] = partner.Root.ToPem() + partner.Intermediate.ToPem() })).Expect(201);
        var fromTrust = await Uploaded("from-trust", partner);
        fromTrust.Codes.ShouldBe(["completed-chain"]);
        fromTrust.Chain.ShouldBe([partner.Intermediate.Subject]);

        using var stranger = new TestCa("Stranger");
        (await Uploaded("alone", stranger)).Codes.ShouldContain("missing-intermediate");
        (await api.Import("whole", CertificateApi.Pkcs12(stranger, "mx.example.test", "p"), "p")).Expect(201);
        var (codes, chain) = await Uploaded("from-chain", stranger);
        codes.ShouldContain("completed-chain");
        codes.ShouldNotContain("missing-intermediate");
        chain.ShouldBe([stranger.Intermediate.Subject]);
    }

    [Fact]
    public async Task Of_cross_signed_alternatives_one_that_leads_to_a_trusted_root_is_served()
    {
        using var old = new TestCa("Old");
        using var next = new TestCa("Next");
        var cross = old.CrossSign(next);
        (await manager.Rest.PutAsync(
            TestManager.At("trusted-authorities/old"), new JsonObject { ["certificates"] = old.Root.ToPem() })).Expect(201);
        (await api.Create("crossed", "mx.example.test")).Expect(201);
        var leaf = next.Sign(await api.Request("crossed"));

        var answer = (await api.Upload("crossed", leaf.ToPem() + next.Intermediate.ToPem() + cross.ToPem())).Expect(200).Json;

        answer["findings"]!.AsArray().Select(f => (string)f!["code"]!).ShouldNotContain("untrusted-chain");
        answer["chain"]!.AsArray().Count.ShouldBe(1);
        answer["chain"]![0]!["issuer"]!.GetValue<string>().ShouldBe(old.Root.Subject);
    }

    [Fact]
    public async Task Pages_are_stable_and_filters_hold()
    {
        foreach (var n in Enumerable.Range(0, 7)) (await api.Create($"page{n}", "mx.example.test")).Expect(201);
        var all = (await manager.Rest.GetAsync(
            TestManager.At("findings?pageSize=500&code=certificate-unused&kind=certificates"))).Expect(200).Json["items"]!
            .AsArray()
            .Select(f => (string)f!["id"]!)
            .ToList();
        var paged = new List<string>();
        string? token = null;
        do
        {
            var page = (await manager.Rest.GetAsync(
                TestManager.At(
                    $"findings?pageSize=2&code=certificate-unused&kind=certificates"
                        + $"{(token is null ? "" : $"&pageToken={Uri.EscapeDataString(token)}")}"))).Expect(200).Json;
            paged.AddRange(page["items"]!.AsArray().Select(f => (string)f!["id"]!));
            token = (string?)page["nextPageToken"];
        }
        while (token is not null);
        paged.ShouldBe(all);
        paged.Count.ShouldBeGreaterThanOrEqualTo(7);
    }

    public void Dispose() => ca.Dispose();

    private async Task<(string[] Codes, string[] Chain)> Uploaded(string name, TestCa authority)
    {
        (await api.Create(name, "mx.example.test")).Expect(201);
        var answer = (await api.Upload(name, authority.Sign(await api.Request(name)).ToPem())).Expect(200).Json;
        return (
            [.. answer["findings"]!.AsArray().Select(f => (string)f!["code"]!)],
            [.. answer["chain"]!.AsArray().Select(c => (string)c!["subject"]!)]);
    }

    private async Task<List<string>> Codes(string name) => [.. (await Found(name)).Select(f => (string)f["code"]!)];

    private async Task<List<JsonNode>> Found(string name) =>
        [
            .. (await manager.Rest.GetAsync(
                TestManager.At($"findings?pageSize=500&kind=certificates&name={name}"))).Expect(200).Json["items"]!
                .AsArray()
                .Select(f => f!)
        ];
}

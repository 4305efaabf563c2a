using System.Text.Json.Nodes;
using Cluster.Client.Certificates;
using Cluster.Client.Settings;
using Cluster.Contracts.Findings;
using Cluster.Contracts.Problems;
using Cluster.Contracts.Revisions;
using Cluster.Contracts.Settings;
using Cluster.Manager.Tests.Certificates;
using Cluster.Manager.Tests.Hosting;
using Cluster.Testing.Authorities;
using Shouldly;
using Xunit;

namespace Cluster.Manager.Tests.Findings;

/// <summary>Findings of the running configuration, through REST.</summary>
public sealed class FindingsTests(TestManager manager) : IClassFixture<TestManager>, IDisposable
{
    private readonly TestCa ca = new("Public");

    private CertificatesClient Certificates => manager.Cluster.Certificates;

    private SettingsClient<TrustedAuthority> Authorities => manager.Cluster.Settings<TrustedAuthority>();

    [Fact]
    public async Task Trust_and_use_decide_what_is_found_and_every_change_shows_at_once()
    {
        var outbound = manager.Cluster.Singleton<OutboundSettings>();
        await ImportAsync("used", ca);
        (await CodesAsync("used")).ShouldBe(["untrusted-chain", "certificate-unused"]);

        await Authorities.PutAsync("public", new TrustedAuthority { Certificates = ca.Root.ToPem() });
        (await CodesAsync("used")).ShouldBe(["certificate-unused"]);

        await outbound.PutAsync(new OutboundSettings { Certificate = "used" });
        (await CodesAsync("used")).ShouldBeEmpty();
        await outbound.DeleteAsync();
        (await CodesAsync("used")).ShouldBe(["certificate-unused"]);

        await Certificates.MarkCompromisedAsync("used", 1);
        (await CodesAsync("used")).ShouldContain("certificate-version-compromised");
    }

    [Fact]
    public async Task What_weighs_more_in_a_place_is_listed_for_that_place_with_that_weight()
    {
        await manager.Cluster.Settings<MailFlowPolicy>().PutAsync("weighs", new MailFlowPolicy { Tls = PolicyTls.Preferred });
        await Certificates.MakeAsync("weighs", "mx.example.test");
        (await FoundAsync("weighs")).Single(f => f.Code == "self-signed").Severity.ShouldBe(FindingSeverity.Info);

        var sets = manager.Cluster.ChangeSets;
        var set = (await sets.OpenAsync("weighs")).Value.Id;
        var staged = manager.Cluster.InChangeSet(set);
        foreach (var (certificate, port) in new[] { ("weighs", 25), ("demo", 26) })
        {
            await staged.Settings<Listener>().PutAsync($"with-{certificate}", new Listener
            {
                Type = ListenerType.Public,
                Port = port,
                Hostname = "mx.example.test",
                Certificate = certificate,
                DefaultPolicy = "weighs",
            });
        }

        await staged.Settings<ManagementInterface>()
            .PutAsync("with-demo", new ManagementInterface { Port = 443, HttpsCertificate = "demo" });
        string[] expected = [
            "Certificate 'demo' on interfaces/with-demo",
            "Certificate 'demo' on listeners/with-demo",
            "Certificate 'weighs' on listeners/with-weighs"
        ];
        Places((await sets.ValidateAsync(set)).Findings).ShouldBe(expected);
        await sets.CommitAsync(set, new CommitRequest { Comment = "weighs" });
        Places(await manager.Cluster.Findings.ListAsync().ToListAsync()).ShouldBe(expected);

        static string[] Places(IEnumerable<Finding> findings) =>
            [
                .. findings
                    .Where(f => f.Severity == FindingSeverity.Warning && f.Code is "self-signed" or "demo-certificate")
                    .Select(f => f.Message.Split(':')[0])
                    .Order(StringComparer.Ordinal)
            ];
    }

    [Fact]
    public async Task Muted_findings_stay_listed()
    {
        var now = TimeProvider.System.GetUtcNow();
        await Certificates.MakeAsync("quiet", "mx.example.test");
        await Certificates.PatchAsync("quiet", Muted("certificate-unused", "kept for the move", now.AddMonths(6)));

        var found = await FoundAsync("quiet");
        found.Single(f => f.Code == "certificate-unused").Muted.ShouldBe(true);
        found.Where(f => f.Code != "certificate-unused").ShouldAllBe(f => f.Muted == null);
        await Certificates.PatchAsync("quiet", Muted("self-signed", "x", now.AddMonths(13))).ShouldBeRefused(ProblemCodes.InvalidDocument);
        (await manager.Cluster.Audit.ListAsync().ToListAsync()).Select(e => e.Target).ShouldContain("certificates/quiet@cluster");

        static JsonObject Muted(string code, string reason, DateTimeOffset until) => new()
        {
            ["mutedFindings"] = new JsonArray(
                new JsonObject { ["code"] = code, ["reason"] = reason, ["until"] = until.ToString("O") }),
        };
    }

    [Fact]
    public async Task A_missing_intermediate_is_taken_from_the_trusted_authorities_or_from_another_chain()
    {
        using var partner = new TestCa("Partner");
        await Authorities.PutAsync("partner", new TrustedAuthority { Certificates = partner.Root.ToPem() + partner.Intermediate.ToPem() });
        var fromTrust = await UploadedAsync("from-trust", partner);
        fromTrust.Codes.ShouldBe(["completed-chain"]);
        fromTrust.Chain.ShouldBe([partner.Intermediate.Subject]);

        using var stranger = new TestCa("Stranger");
        (await UploadedAsync("alone", stranger)).Codes.ShouldContain("missing-intermediate");
        await ImportAsync("whole", stranger);
        var (codes, chain) = await UploadedAsync("from-chain", stranger);
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
        await Authorities.PutAsync("old", new TrustedAuthority { Certificates = old.Root.ToPem() });
        await Certificates.MakeAsync("crossed", "mx.example.test");
        var leaf = next.Sign(await Certificates.RequestPemAsync("crossed"));

        var shown = (await Certificates.UploadPemAsync("crossed", leaf.ToPem() + next.Intermediate.ToPem() + cross.ToPem())).Value;

        shown.Codes().ShouldNotContain("untrusted-chain");
        shown.Chain.ShouldNotBeNull().ShouldHaveSingleItem().Issuer.ShouldBe(old.Root.Subject);
    }

    [Fact]
    public async Task Pages_are_stable_and_filters_hold()
    {
        foreach (var n in Enumerable.Range(0, 7)) await Certificates.MakeAsync($"page{n}", "mx.example.test");
        var all = await manager.Cluster.Findings.ListAsync(new() { Code = "certificate-unused", Kind = Kinds.Certificates }).ToListAsync();
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
        paged.ShouldBe(all.Select(f => f.Id!));
        paged.Count.ShouldBeGreaterThanOrEqualTo(7);
    }

    public void Dispose() => ca.Dispose();

    private Task ImportAsync(string name, TestCa authority) =>
        Certificates.ImportFileAsync(name, CertificateApi.Pkcs12(authority, "mx.example.test", "p"), "p");

    private async Task<(string[] Codes, string[] Chain)> UploadedAsync(string name, TestCa authority)
    {
        await Certificates.MakeAsync(name, "mx.example.test");
        var leaf = authority.Sign(await Certificates.RequestPemAsync(name));
        var uploaded = (await Certificates.UploadPemAsync(name, leaf.ToPem())).Value;
        return ([.. uploaded.Codes()], [.. uploaded.Chain!.Select(c => c.Subject)]);
    }

    private async Task<List<string>> CodesAsync(string name) => [.. (await FoundAsync(name)).Select(f => f.Code)];

    private async Task<List<Finding>> FoundAsync(string name) =>
        await manager.Cluster.Findings.ListAsync(new() { Kind = Kinds.Certificates, Name = name }).ToListAsync();
}

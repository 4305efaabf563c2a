using Cluster.Client.Certificates;
using Cluster.Client.Revisions;
using Cluster.Contracts.Certificates;
using Cluster.Contracts.Problems;
using Cluster.Contracts.Revisions;
using Cluster.Contracts.Settings;
using Cluster.Manager.Tests.Certificates;
using Cluster.Manager.Tests.Hosting;
using Cluster.Testing.Authorities;
using Shouldly;
using Xunit;

namespace Cluster.Manager.Tests.Revisions;

public sealed class CertificateRollbackTests(TestManager manager) : IClassFixture<TestManager>
{
    private CertificatesClient Certificates => manager.Cluster.Certificates;

    private RevisionsClient Revisions => manager.Cluster.Revisions;

    [Fact]
    public async Task A_rollback_takes_certificates_back_unless_they_are_kept()
    {
        var first = await CreateAsync("kept");
        await NewVersionAsync("kept");
        var marker = await MarkerAsync("kept-marker");

        await Revisions.RollBackAsync(marker).ShouldBeRefused(ProblemCodes.NothingToCommit);
        (await Revisions.RollBackAsync(first, new RollbackRequest { Certificates = "keep" })).Receipt.Created.ShouldBeTrue();
        (await VersionAsync("kept")).ShouldBe(2);
        (await Revisions.RollBackAsync(first)).Receipt.Created.ShouldBeTrue();
        (await VersionAsync("kept")).ShouldBe(1);
        await Revisions.RollBackAsync(first, new RollbackRequest { Certificates = "drop" }).ShouldBeRefused(ProblemCodes.InvalidDocument);
    }

    [Fact]
    public async Task No_way_leads_back_to_a_compromised_version()
    {
        var first = await CreateAsync("lost");
        await NewVersionAsync("lost");
        await Certificates.MarkCompromisedAsync("lost", 1);

        var refused = await Revisions.RollBackAsync(first).ShouldBeRefused(ProblemCodes.ValidationFailed);

        refused.Findings.ShouldNotBeNull().Select(f => f.Code).ShouldBe(["certificate-version-compromised"]);
        (await VersionAsync("lost")).ShouldBe(2);
    }

    [Fact]
    public async Task A_listener_shows_a_certificate_with_findings_and_a_bound_one_is_not_deleted()
    {
        await CreateAsync("bound");
        await manager.Cluster.Settings<MailFlowPolicy>().PutAsync("bound", new MailFlowPolicy { Tls = PolicyTls.Required });
        await manager.Cluster.Settings<Listener>().PutAsync("bound", new Listener
        {
            Type = ListenerType.Public,
            Port = 25,
            Hostname = "other.example.org",
            Certificate = "bound",
            DefaultPolicy = "bound",
        });

        var codes = (await manager.Cluster.Findings.ListAsync(new() { Name = "bound", Kind = Kinds.Certificates }).ToListAsync())
            .Select(f => f.Code)
            .ToList();

        codes.Count.ShouldBeGreaterThanOrEqualTo(2, string.Join(", ", codes));
        (await Certificates.DeleteAsync("bound").ShouldBeRefused(ProblemCodes.InUse)).References.ShouldNotBeNull()[0].Name
            .ShouldBe("bound");
    }

    private async Task<long> CreateAsync(string name)
    {
        var created = await Certificates.CreateAsync(new CertificateCreate
        {
            Name = name,
            DnsNames = [$"{name}.example.org"],
            Key = new() { Algorithm = NewKeyAlgorithm.Ec, Curve = "P-256" },
            Subject = new() { CommonName = $"{name}.example.org" },
        });
        created.Receipt.Created.ShouldBeTrue();
        return created.Receipt.Revision!.Value;
    }

    private async Task NewVersionAsync(string name)
    {
        using var authority = new TestCa();
        await Certificates.UploadPemAsync(name, authority.PemFor(authority.Sign(await Certificates.RequestPemAsync(name))));
        (await VersionAsync(name)).ShouldBe(2);
    }

    private async Task<long> MarkerAsync(string name)
    {
        var marker = new MailFlowPolicy { Tls = PolicyTls.Off };
        return (await manager.Cluster.Settings<MailFlowPolicy>().PutAsync(name, marker)).Receipt.Revision!.Value;
    }

    private async Task<int?> VersionAsync(string name) => (await Certificates.GetAsync(name)).Value.Version;
}

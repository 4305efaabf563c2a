using Cluster.Contracts.Certificates;
using Cluster.Contracts.Findings;
using Cluster.Contracts.Problems;
using Cluster.Contracts.Settings;
using Cluster.Manager.Tests.Agents;
using Cluster.Manager.Tests.Hosting;
using Shouldly;
using Xunit;
using static Cluster.Manager.Tests.Agents.AgentSteps;

namespace Cluster.Manager.Tests.Certificates;

public sealed class DemoTests(TestManager manager) : IClassFixture<TestManager>
{
    [Fact]
    public async Task A_new_cluster_has_a_demo_certificate_that_is_flagged()
    {
        (await manager.Client.Clusters.CreateAsync("fresh")).Value.Revision.ShouldBe(0);
        var demo = (await manager.Client.Cluster("fresh").Certificates.GetAsync("demo")).Value;
        (demo.Source, demo.Version, demo.HasPrivateKey).ShouldBe((CertificateSource.Demo, 1, true));
        demo.Subject.ShouldNotBeNull().ShouldContain("not for production");
        demo.SigningRequest.ShouldBe(SigningRequestPresence.None);
        var finding = demo.Findings.ShouldNotBeNull().ShouldHaveSingleItem();
        (finding.Code, finding.Severity).ShouldBe(("demo-certificate", FindingSeverity.Info));
    }

    [Fact]
    public async Task Bound_to_a_listener_it_works_and_is_a_warning()
    {
        await manager.AddMachineAsync("lab", "lab-in", AllFeatures);
        await manager.Cluster.Settings<MailFlowPolicy>().PutAsync("lab", new MailFlowPolicy { Tls = PolicyTls.Preferred });
        await manager.Cluster.Settings<Listener>().PutAsync("lab-in", new Listener
        {
            Type = ListenerType.Public,
            Port = 2525,
            Hostname = "mx.example.org",
            Certificate = "demo",
            DefaultPolicy = "lab",
        });
        (await manager.Cluster.Certificates.GetAsync("demo")).Value.Findings!.Single(f => f.Code == "demo-certificate").Severity
            .ShouldBe(FindingSeverity.Warning);
        (await manager.Cluster.Findings.ListAsync().ToListAsync()).Select(f => f.Code).ShouldContain("demo-certificate");
    }

    [Fact]
    public async Task It_can_be_replaced_and_deleted_as_any_other()
    {
        await manager.Client.Clusters.CreateAsync("other");
        var other = manager.Client.Cluster("other").Certificates;
        var one = (await other.GetAsync("demo")).Value;
        var two = (await manager.Cluster.Certificates.GetAsync("demo")).Value;
        one.PublicKeySha256.ShouldNotBeNull().ShouldNotBe(two.PublicKeySha256);
        await other.DeleteAsync("demo");
        (await other.RestoreVersionAsync("demo", 1)).Receipt.Created.ShouldBeTrue();
        await other.DeleteAsync("demo");
        await manager.Client.Clusters.DeleteAsync("other");
    }

    [Fact]
    public async Task A_dry_run_makes_neither_cluster_nor_key()
    {
        (await manager.Client.Clusters.CreateAsync("tried", new() { DryRun = true })).Receipt.Created.ShouldBeTrue();
        await manager.Client.Cluster("tried").Certificates.GetAsync("demo").ShouldBeRefused(ProblemCodes.NotFound);
    }
}

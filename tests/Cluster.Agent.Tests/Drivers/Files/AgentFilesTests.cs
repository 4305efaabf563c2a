using System.Text.Json.Nodes;
using Cluster.Agent.Tests.Apply;
using Cluster.Agent.Tests.Hosts;
using Cluster.Agent.Tests.ManagerSide;
using Cluster.Contracts.Bundles;
using Cluster.Contracts.Failpoints;
using Cluster.Contracts.Settings;
using Cluster.Testing;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Drivers.Files;

/// <summary>Service clients on a host with the real agent program.</summary>
public sealed class AgentFilesTests
{
    [Fact]
    public async Task A_reload_command_that_fails_leads_back_to_the_old_certificate_with_its_last_line_as_the_reason()
    {
        await using var manager = await FakeManager.StartAsync();
        await using var host = new TestHost();
        var refusal = Path.Combine(host.ConfigDirectory(), "refuse");
        Configure(host, "/bin/sh", "-c", $"if test -e {refusal}; then rm {refusal}; echo the service says no >&2; exit 1; fi");
        await host.MustJoinAsync(manager);
        manager.Fleet.Assign(PushTests.One(Client(manager)));
        host.Start();
        await PushTests.VerifiedAsync(manager, host, number: 1);
        manager.Fleet.LastHello!.Services.Single().Kinds.ShouldContain(ServiceClient.Kind);
        var old = File.ReadAllText(host.Live(certificate: "dlp"));

        await File.WriteAllTextAsync(refusal, "", TestContext.Current.CancellationToken);
        manager.Fleet.Assign(PushTests.One(Client(manager)));

        await Eventually.Is(() => manager.Fleet.Service("mail")?.Attempted?.Error is not null, "the failure is reported");
        var error = manager.Fleet.Service("mail")!.Attempted.Error;
        error.Message.ShouldContain("exit code 1: the service says no");
        File.ReadAllText(host.Live(certificate: "dlp")).ShouldBe(old);
        await host.StopAsync();
    }

    [Theory]
    [Trait("Category", "Full")]
    [InlineData(FailpointNames.ApplyJournaled)]
    [InlineData(FailpointNames.ApplySwitched)]
    [InlineData(FailpointNames.ApplyReloaded)]
    [InlineData(FailpointNames.ApplyCompleting)]
    public async Task A_kill_at_a_step_leaves_a_whole_file_and_the_next_start_finishes(string step)
    {
        await using var manager = await FakeManager.StartAsync();
        await using var host = new TestHost(failpoints: true);
        Configure(host, "/bin/true");
        await host.MustJoinAsync(manager);
        manager.Fleet.Assign(PushTests.One(Client(manager)));
        host.Start();
        await PushTests.VerifiedAsync(manager, host, number: 1);
        await host.StopAsync();
        var old = File.ReadAllText(host.Live(certificate: "dlp"));

        manager.Fleet.Assign(PushTests.One(Client(manager)), send: false);
        host.Start(step);
        (await host.Running.ExitAsync()).ShouldBe(137, host.Output);
        manager.Fleet.Status = null;
        File.ReadAllText(host.Live(certificate: "dlp")).ShouldContain("-----END CERTIFICATE-----");

        host.Start();
        await PushTests.VerifiedAsync(manager, host, number: 2);
        File.ReadAllText(host.Live(certificate: "dlp")).ShouldNotBe(old);
        await host.StopAsync();
    }

    private static void Configure(TestHost host, params string[] reload)
    {
        host.Further["outputs"] = new JsonArray(new JsonObject { ["client"] = "dlp", ["group"] = "nogroup" });
        host.Further["reloadCommand"] = new JsonArray([.. reload.Select(r => JsonValue.Create(r))]);
        host.WriteLocalFile();
    }

    private static ServicePart Client(FakeManager manager)
    {
        var part = TestHost.Part(manager);
        return ServicePart.Empty("files").With("dlp", new ServiceClient { Certificate = "mx" }) with { Certificates = part.Certificates };
    }
}

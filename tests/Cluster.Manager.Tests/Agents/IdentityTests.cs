using System.Security.Cryptography;
using Cluster.Contracts.Machines;
using Cluster.Contracts.Settings;
using Cluster.Manager.Features.ControlCa;
using Cluster.Manager.Features.Enrollment;
using Cluster.Manager.Tests.Hosting;
using Cluster.Protocol;
using Cluster.Protocol.V1;
using Google.Protobuf;
using Shouldly;
using Xunit;
using EnrollmentRpc = Cluster.Protocol.V1.Enrollment;

namespace Cluster.Manager.Tests.Agents;

public sealed class IdentityTests : IAsyncLifetime
{
    private readonly TestManager host = new();

    public ValueTask InitializeAsync() => host.InitializeAsync();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task The_old_generation_is_valid_until_the_new_one_is_first_used_and_then_never()
    {
        using var agent = await TestAgent.NewAsync(host, "mx1");
        using var next = TestAgent.NewKey();
        var issued = await agent.RenewAsync(next, use: false);
        issued.Generation.ShouldBe(2u);
        await using (var old = await agent.ConnectAsync()) await old.WelcomeAsync();
        (await agent.RenewAsync(next, use: false)).CertificateChain[0].ShouldBe(issued.CertificateChain[0]);

        var before = (agent.Identity, agent.Generation);
        await agent.RenewAsync(next);
        await using (var current = await agent.ConnectAsync()) await current.WelcomeAsync();

        using var channel = TestAgent.Channel(host, before.Identity);
        await JoinTests.RefusedAsync(
            "identity-superseded", async () => await new EnrollmentRpc.EnrollmentClient(channel).LeaveAsync(new LeaveRequest()));
        (await host.MachineAsync("mx1")).State.ShouldBe(MachineState.Quarantined);
    }

    [Fact]
    public async Task A_departed_identity_gets_its_removal_and_nothing_else()
    {
        using var agent = await TestAgent.NewAsync(host, "mx1");
        await using var open = await agent.ConnectAsync();
        await open.WelcomeAsync();
        await DepartAsync(agent);
        CheckRemoval(agent, await open.NextAsync(m => m.Removal));
        await open.Ended;

        await using var again = await agent.ConnectAsync();
        CheckRemoval(agent, await again.NextAsync(m => m.Removal));
        await again.Ended;
        await JoinTests.RefusedAsync("machine-departed", () => agent.RenewAsync());
    }

    [Fact]
    public async Task A_ban_cuts_the_stream_and_nothing_can_be_read_any_more()
    {
        using var agent = await TestAgent.NewAsync(host, "mx1");
        await using var stream = await agent.ConnectAsync();
        await stream.WelcomeAsync();
        await host.Cluster.Machines.BanAsync("mx1");
        await stream.Ended;
        stream.Failure!.Trailers.GetValue("cluster-code").ShouldBe("machine-banned");
        await JoinTests.RefusedAsync("machine-banned", () => agent.RenewAsync());
    }

    [Fact]
    public async Task Rejoin_needs_the_last_key_or_a_token_for_the_machine()
    {
        using var agent = await TestAgent.NewAsync(host, "mx1");
        await DepartAsync(agent);
        await JoinTests.RefusedAsync("machine-departed", () => TestAgent.NewAsync(host, "mx1"));

        var token = await host.NewTokenAsync();
        using var foreign = TestAgent.NewKey();
        using var key = TestAgent.NewKey();
        await JoinTests.RefusedAsync(
            "rejoin-proof-invalid",
            () => TestAgent.JoinAsync(host, token, "mx1", key, r => r.Rejoin = TestAgent.ProofFor(agent, token, foreign)));
        using var back = await TestAgent.JoinAsync(host, token, "mx1", key, r => r.Rejoin = TestAgent.ProofFor(agent, token, key));
        back.MachineId.ShouldBe(agent.MachineId);
        back.Generation.ShouldBe(2u);

        await DepartAsync(back);
        var restore = await host.NewTokenAsync(new() { Restore = agent.MachineId });
        using var third = await TestAgent.JoinAsync(host, restore, "");
        third.MachineId.ShouldBe(agent.MachineId);
        third.Joined.MachineName.ShouldBe("mx1");
    }

    [Fact]
    public async Task A_copy_that_is_quarantined_cannot_leave_for_the_original()
    {
        using var agent = await TestAgent.NewAsync(host, "mx1");
        await host.QuarantineAsync(agent);
        await JoinTests.RefusedAsync("identity-superseded", async () => await agent.Enrollment().LeaveAsync(new LeaveRequest()));
        (await host.MachineAsync("mx1")).State.ShouldBe(MachineState.Quarantined);
    }

    [Fact]
    public async Task A_quarantine_outlives_a_rejoin_by_the_last_key_and_ends_by_a_token_for_the_machine()
    {
        using var agent = await TestAgent.NewAsync(host, "mx1");
        await host.QuarantineAsync(agent);
        await DepartAsync(agent);
        var token = await host.NewTokenAsync();
        using var key = TestAgent.NewKey();
        using var back = await TestAgent.JoinAsync(host, token, "mx1", key, r => r.Rejoin = TestAgent.ProofFor(agent, token, key));
        (await host.MachineAsync("mx1")).State.ShouldBe(MachineState.Quarantined);

        await DepartAsync(back);
        using var restored = await TestAgent.JoinAsync(host, await host.NewTokenAsync(new() { Restore = agent.MachineId }), "");
        (await host.MachineAsync("mx1")).State.ShouldNotBe(MachineState.Quarantined);
    }

    [Fact]
    public async Task A_token_for_a_group_admits_nobody_to_another()
    {
        await host.Cluster.Groups.PutAsync("lab");
        using var agent = await TestAgent.NewAsync(host, "mx1");
        await DepartAsync(agent);

        var token = await host.NewTokenAsync(new() { Group = "lab" });
        using var key = TestAgent.NewKey();
        await JoinTests.RefusedAsync(
            "join-token-invalid",
            () => TestAgent.JoinAsync(host, token, "mx1", key, r => r.Rejoin = TestAgent.ProofFor(agent, token, key)));

        await host.Cluster.Machines.PrepareAsync(new MachineCreate { Name = "mx2", Group = "main" });
        var named = await host.NewTokenAsync(new() { Machine = "mx2", Group = "lab" });
        await JoinTests.RefusedAsync("join-token-invalid", () => TestAgent.JoinAsync(host, named, "mx2"));
    }

    [Fact]
    public async Task A_repeated_join_after_a_ban_is_refused()
    {
        var token = await host.NewTokenAsync();
        using var key = TestAgent.NewKey();
        using var agent = await TestAgent.JoinAsync(host, token, "mx1", key);
        await host.Cluster.Machines.BanAsync("mx1");
        await JoinTests.RefusedAsync("join-token-used", () => TestAgent.JoinAsync(host, token, "mx1", key));
    }

    [Fact]
    public async Task An_expired_identity_recovers_twice_and_not_a_third_time()
    {
        await ShortLivesAsync();
        using var agent = await TestAgent.NewAsync(host, "mx1");
        var key = agent.Key;
        for (var generation = 1u; generation <= 2; generation++)
        {
            Expire();
            var next = TestAgent.NewKey();
            (await RecoverAsync(agent, generation, key, next)).Generation.ShouldBe(generation + 1);
            key = next;
        }

        Expire();
        using var last = TestAgent.NewKey();
        await JoinTests.RefusedAsync("recovery-refused", () => RecoverAsync(agent, 3, key, last));
    }

    [Fact]
    public async Task A_valid_identity_or_a_foreign_key_does_not_recover()
    {
        await ShortLivesAsync();
        using var agent = await TestAgent.NewAsync(host, "mx1");
        using var next = TestAgent.NewKey();
        await JoinTests.RefusedAsync("identity-still-valid", () => RecoverAsync(agent, 1, agent.Key, next));
        Expire();
        await JoinTests.RefusedAsync("recovery-refused", () => RecoverAsync(agent, 1, next, next));
        await DepartAsync(agent);
        await JoinTests.RefusedAsync("recovery-refused", () => RecoverAsync(agent, 1, agent.Key, next));
    }

    [Fact]
    public async Task The_control_ca_is_the_same_after_a_restart()
    {
        using var agent = await TestAgent.NewAsync(host, "mx1");
        var pin = host.Get<ControlAuthority>().Pin;
        await host.StopAsync();
        await host.StartAgainAsync();
        host.Get<ControlAuthority>().Pin.ShouldBe(pin);
        await using var stream = await agent.ConnectAsync();
        await stream.WelcomeAsync();
        (await File.ReadAllTextAsync(host.Options.PathOf("admin.token"))).ShouldStartWith("cluster_");
        File.Exists(host.Options.PathOf("ca.pem")).ShouldBeTrue();
    }

    private async Task<RecoverResponse> RecoverAsync(TestAgent agent, uint generation, ECDsa signer, ECDsa next)
    {
        using var channel = TestAgent.Channel(host, null);
        var client = new EnrollmentRpc.EnrollmentClient(channel);
        var challenge = (await client.BeginRecoveryAsync(new BeginRecoveryRequest())).Challenge;
        return await client.RecoverAsync(new RecoverRequest
        {
            MachineId = agent.Joined.MachineId, Generation = generation, Challenge = challenge,
            CertificateRequest = ByteString.CopyFrom(TestAgent.Request(next)),
            Signature = ByteString.CopyFrom(signer.SignData(
                SignedBytes.Of(
                    ProtocolLimits.RecoverLabel,
                    challenge.Span,
                    next.ExportSubjectPublicKeyInfo()), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)),
        });
    }

    private Task ShortLivesAsync() => host.Cluster.Singleton<AgentSettings>().PutAsync(new AgentSettings { IdentityLifetime = "1h" });

    private void Expire() => host.Clock.Advance(TimeSpan.FromMinutes(61));

    private Task DepartAsync(TestAgent agent) => host.Cluster.Machines.RemoveAsync(agent.Joined.MachineName);

    private static void CheckRemoval(TestAgent agent, SignedRemoval removal)
    {
        var order = Removal.Parser.ParseFrom(removal.Removal);
        order.MachineId.ShouldBe(agent.Joined.MachineId);
        order.Generation.ShouldBe(agent.Generation);
        var signer = Pki.Certificates.CertificateInfo.TryRead(removal.SignerCertificate.Span)!;
        signer.PublicKey.Verify(SignedBytes.Of(ProtocolLimits.RemovalLabel, removal.Removal.Span), removal.Signature.Span).ShouldBeTrue();
    }
}

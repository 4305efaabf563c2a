using Cluster.Client.Problems;
using Cluster.Contracts.Machines;
using Cluster.Contracts.Problems;
using Cluster.Manager.Features.ControlCa;
using Cluster.Manager.Tests.Hosting;
using Cluster.Protocol.V1;
using Google.Protobuf;
using Grpc.Core;
using Shouldly;
using Xunit;
using EnrollmentRpc = Cluster.Protocol.V1.Enrollment;

namespace Cluster.Manager.Tests.Agents;

public sealed class JoinTests : IAsyncLifetime
{
    private readonly TestManager host = new();

    public ValueTask InitializeAsync() => host.InitializeAsync();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task The_root_is_given_to_anyone_and_fits_the_pin()
    {
        using var channel = TestAgent.Channel(host, null);
        var root = await new EnrollmentRpc.EnrollmentClient(channel).RootAsync(new RootRequest());
        Pki.Certificates.CertificateInfo.TryRead(root.RootCertificate.Span)!.PublicKeySha256
            .ShouldBe(host.Get<ControlAuthority>().Pin["sha256:".Length..]);
    }

    [Fact]
    public async Task A_join_gives_an_identity_and_the_signed_trust_set()
    {
        using var agent = await TestAgent.NewAsync(host, "mx1.example.test");
        agent.Joined.Generation.ShouldBe(1u);
        agent.Joined.Group.ShouldBe("main");
        agent.Joined.Pending.ShouldBeFalse();
        TrustSet.Parser.ParseFrom(agent.Joined.TrustSet.TrustSet).Number.ShouldBe(1ul);
        await using var stream = await agent.ConnectAsync();
        (await stream.WelcomeAsync()).Protocol.ShouldBe(1u);
    }

    [Fact]
    public async Task The_same_key_may_repeat_and_gets_the_stored_answer()
    {
        var token = await host.NewTokenAsync();
        using var key = TestAgent.NewKey();
        using var first = await TestAgent.JoinAsync(host, token, "mx1", key);
        using var second = await TestAgent.JoinAsync(host, token, "mx1", key);
        second.Joined.ShouldBe(first.Joined);
        (await host.CountMachinesAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task Another_key_is_refused_once_the_token_is_used()
    {
        var token = await host.NewTokenAsync();
        using var first = await TestAgent.JoinAsync(host, token, "mx1");
        await RefusedAsync("join-token-used", () => TestAgent.JoinAsync(host, token, "mx2"));
    }

    [Fact]
    public async Task Two_joins_at_once_redeem_a_token_once()
    {
        var token = await host.NewTokenAsync();
        var joins = Enumerable.Range(0, 6).Select(i => TestAgent.JoinAsync(host, token, $"mx{i}")).ToList();
        await Task.WhenAll(joins).ContinueWith(static _ => { }, TaskScheduler.Default);
        joins.Count(j => j.IsCompletedSuccessfully).ShouldBe(1);
        (await host.CountMachinesAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task Expired_unknown_and_foreign_tokens_are_refused_alike()
    {
        await RefusedAsync("join-token-invalid", () => TestAgent.JoinAsync(host, "cluster_join_guess", "mx1"));
        var expired = await host.NewTokenAsync(new() { Ttl = "1m" });
        host.Clock.Advance(TimeSpan.FromMinutes(1));
        await RefusedAsync("join-token-invalid", () => TestAgent.JoinAsync(host, expired, "mx1"));
        var elsewhere = await host.NewTokenAsync(new() { From = ["192.0.2.0/24"] });
        await RefusedAsync("join-token-invalid", () => TestAgent.JoinAsync(host, elsewhere, "mx1"));
    }

    [Fact]
    public async Task A_token_is_checked_before_the_request_is_read()
    {
        await RefusedAsync(
            "join-token-invalid",
            () =>
                TestAgent.JoinAsync(
                    host, "cluster_join_guess", "mx1", change: r => r.CertificateRequest = ByteString.CopyFromUtf8("junk")));
        var token = await host.NewTokenAsync();
        await RefusedAsync(
            "request-damaged",
            () => TestAgent.JoinAsync(host, token, "mx1", change: r => r.CertificateRequest = ByteString.CopyFromUtf8("junk")));
        using var agent = await TestAgent.JoinAsync(host, token, "mx1");
    }

    [Fact]
    public async Task Names_that_are_taken_are_refused_and_a_prepared_one_needs_a_token_bound_to_it()
    {
        using var first = await TestAgent.NewAsync(host, "mx1");
        await RefusedAsync("machine-name-taken", () => TestAgent.NewAsync(host, "mx1"));
        await host.Cluster.Machines.PrepareAsync(new MachineCreate { Name = "mx2" });
        await RefusedAsync("machine-name-taken", () => TestAgent.NewAsync(host, "mx2"));
        var bound = await host.NewTokenAsync(new() { Machine = "mx2" });
        await RefusedAsync("join-token-invalid", () => TestAgent.JoinAsync(host, bound, "mx3"));
        using var second = await TestAgent.JoinAsync(host, bound, "mx2");
        (await host.CountMachinesAsync()).ShouldBe(2);
    }

    [Fact]
    public async Task A_key_that_belongs_to_an_identity_is_refused()
    {
        using var key = TestAgent.NewKey();
        using var first = await TestAgent.JoinAsync(host, await host.NewTokenAsync(), "mx1", key);
        var token = await host.NewTokenAsync();
        await RefusedAsync("key-in-use", () => TestAgent.JoinAsync(host, token, "mx2", key));
    }

    [Fact]
    public async Task With_approve_the_machine_is_pending_and_gets_nothing_until_its_key_is_approved()
    {
        await host.CommitHostnameAsync("a.example");
        using var agent = await TestAgent.JoinAsync(host, await host.NewTokenAsync(new() { Approve = true }), "mx1");
        agent.Joined.Pending.ShouldBeTrue();
        await using var stream = await agent.ConnectAsync();
        (await stream.WelcomeAsync()).Notice.Pending.ShouldBeTrue();

        var key = (await host.MachineAsync("mx1")).IdentityPublicKeySha256!;
        (await Should.ThrowAsync<ProblemException>(
            () => host.Cluster.Machines.ApproveAsync("mx1", new string('0', 64)))).Code.ShouldBe(ProblemCodes.KeyMismatch);
        await host.Cluster.Machines.ApproveAsync("mx1", key);
        (await stream.TakeAsync()).Revision.ShouldBe(1ul);
    }

    [Fact]
    public async Task Guessing_is_slowed_down_and_valid_tokens_are_not()
    {
        for (var i = 0; i < 30; i++) using (await TestAgent.NewAsync(host, $"mx{i}")) { }
        RpcException? last = null;
        for (var i = 0; i < 40 && last?.StatusCode != StatusCode.ResourceExhausted; i++)
            last = await Should.ThrowAsync<RpcException>(() => TestAgent.JoinAsync(host, $"cluster_join_{i}", "mx"));
        last!.StatusCode.ShouldBe(StatusCode.ResourceExhausted);
    }

    [Fact]
    public async Task Without_a_client_certificate_nothing_else_exists()
    {
        using var channel = TestAgent.Channel(host, null);
        await RefusedAsync(
            "client-certificate-required", async () => await new EnrollmentRpc.EnrollmentClient(channel).LeaveAsync(new LeaveRequest()));
        using var call = new Session.SessionClient(channel).Connect();
        await RefusedAsync("client-certificate-required", async () => await call.ResponseStream.MoveNext(CancellationToken.None));
    }

    internal static async Task RefusedAsync(string code, Func<Task> act)
    {
        var e = await Should.ThrowAsync<RpcException>(act);
        (e.Trailers.GetValue("cluster-code") ?? e.Status.Detail).ShouldBe(code);
    }
}

using System.Security.Cryptography;
using Cluster.Client.Values;
using Cluster.Contracts.Clusters;
using Cluster.Contracts.Machines;
using Cluster.Contracts.Rollouts;
using Cluster.Contracts.Settings;
using Cluster.Manager.Features.ControlCa;
using Cluster.Manager.Features.Sessions.Streams;
using Cluster.Manager.Tests.Hosting;
using Cluster.Protocol;
using Cluster.Protocol.V1;
using Cluster.Testing;
using Google.Protobuf;
using Shouldly;
using Xunit;

namespace Cluster.Manager.Tests.Agents;

public sealed class SessionTests : IAsyncLifetime
{
    private readonly TestManager host = new();

    public ValueTask InitializeAsync() => host.InitializeAsync();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task A_commit_reaches_a_connected_agent_as_a_signed_assignment()
    {
        using var agent = await TestAgent.NewAsync(host, "mx1");
        await using var stream = await agent.ConnectAsync();
        await stream.WelcomeAsync();
        await host.CommitHostnameAsync("a.example");

        var (offer, assignment) = await stream.OfferAsync();
        assignment.MachineId.ShouldBe(agent.Joined.MachineId);
        assignment.Number.ShouldBe(1ul);
        assignment.BundleSha256.ShouldBe(ByteString.CopyFrom(SHA256.HashData(offer.Bundle.Span)));
        var trust = TrustSet.Parser.ParseFrom(agent.Joined.TrustSet.TrustSet);
        trust.Signers.ShouldContain(offer.Assignment.SignerCertificate);
        Pki.Certificates.CertificateInfo.TryRead(offer.Assignment.SignerCertificate.Span)!.PublicKey
            .Verify(SignedBytes.Of(ProtocolLimits.AssignmentLabel, offer.Assignment.Statement.Span), offer.Assignment.Signature.Span)
            .ShouldBeTrue();
        var content = await stream.AskAsync(PartsOf(offer), []);
        content.Parts.Single().Content.ToStringUtf8().ShouldContain("a.example");
    }

    [Fact]
    public async Task Only_the_newest_assignment_is_offered_while_an_answer_is_outstanding()
    {
        using var agent = await TestAgent.NewAsync(host, "mx1");
        await using var stream = await agent.ConnectAsync();
        await stream.WelcomeAsync();
        await host.CommitHostnameAsync("a1.example");
        var first = await stream.OfferAsync();
        for (var revision = 2; revision <= 4; revision++)
        {
            await host.CommitHostnameAsync($"a{revision}.example");
            await host.EndRolloutsAsync();
            await Eventually.Is(
                () => host.Get<SessionRegistry>().All.Single().Wanted?.Revision == revision, "the stream knows of the newer assignment");
        }

        stream.HasWaiting(ManagerMessage.MessageOneofCase.Offer).ShouldBeFalse();
        await stream.BeatAsync(held: TestStream.Held(first.Offer, first.Assignment));
        (await stream.OfferAsync()).Assignment.Revision.ShouldBe(4ul);
    }

    [Fact]
    public async Task An_agent_that_has_everything_is_sent_nothing_when_it_comes_back()
    {
        using var agent = await TestAgent.NewAsync(host, "mx1");
        HeldAssignment held;
        await using (var stream = await agent.ConnectAsync())
        {
            await host.CommitHostnameAsync("a.example");
            var (offer, assignment) = await stream.OfferAsync();
            held = TestStream.Held(offer, assignment);
            await stream.BeatAsync(held: held);
        }

        await using var again = await agent.ConnectAsync(change: h =>
        {
            h.Assignment = held;
            h.TrustSetNumber = 1;
        });
        await again.WelcomeAsync();
        await again.BeatAsync(Status(7));
        (await again.NextAsync(
            m => m.StatusEcho ?? (m.Offer is null ? null : throw new InvalidOperationException("An offer came.")))).Sequence.ShouldBe(7ul);
    }

    [Fact]
    public async Task Only_a_higher_status_sequence_replaces_the_stored_one_and_what_is_durable_is_echoed()
    {
        using var agent = await TestAgent.NewAsync(host, "mx1");
        await using var stream = await agent.ConnectAsync(change: h => h.Status = Status(5, "at-hello"));
        (await stream.WelcomeAsync()).StatusSequence.ShouldBe(5ul);
        await stream.BeatAsync(Status(8, "newest"));
        (await stream.NextAsync(m => m.StatusEcho)).Sequence.ShouldBe(8ul);
        await stream.BeatAsync(Status(8, "replayed"));
        await stream.NextAsync(m => m.StatusEcho);
        await stream.BeatAsync(Status(6, "late"));
        (await stream.NextAsync(m => m.StatusEcho)).Sequence.ShouldBe(8ul);
        (await host.MachineAsync("mx1")).LocalProblem.ShouldBe("newest");
    }

    [Fact]
    public async Task A_newer_stream_fences_the_older_and_a_boot_id_that_returns_quarantines()
    {
        using var agent = await TestAgent.NewAsync(host, "mx1");
        await host.CommitHostnameAsync("a.example");
        var key = await host.Cluster.NewCertificateAsync("client");
        await using var first = await agent.ConnectAsync("boot-a");
        await first.SpokenAsync(1);
        await using var second = await agent.ConnectAsync("boot-b");
        await second.SpokenAsync(2);
        await first.Ended;
        first.Failure!.Trailers.GetValue("cluster-code").ShouldBe("stream-fenced");
        (await host.MachineAsync("mx1")).State.ShouldNotBe(MachineState.Quarantined);

        await using var clone = await agent.ConnectAsync("boot-a");
        await clone.WelcomeAsync();
        (await clone.AskAsync([], [ByteString.CopyFrom(Convert.FromHexString(key))])).Refused.Count.ShouldBe(1);
        (await host.MachineAsync("mx1")).State.ShouldBe(MachineState.Quarantined);
        (await host.KeyHoldersAsync("client")).ShouldBeEmpty();
        await using var after = await agent.ConnectAsync("boot-a");
        (await after.WelcomeAsync()).Notice.Quarantined.ShouldBeTrue();
    }

    [Fact]
    public async Task A_machine_gets_no_parts_and_keys_of_another()
    {
        using var a = await TestAgent.NewAsync(host, "mx1");
        using var b = await TestAgent.NewAsync(host, "mx2");
        var own = AgentSteps.OfMachine("mx2");
        await using var streamA = await a.ConnectAsync();
        await using var streamB = await b.ConnectAsync();
        await streamA.WelcomeAsync();
        await streamB.WelcomeAsync();
        var key = "";
        await host.CommitAsync(async edits =>
        {
            await edits.Singleton<OutboundSettings>().PutAsync(new OutboundSettings { Hostname = "all.example" });
            key = await edits.NewCertificateAsync("client", own);
            await edits.Singleton<OutboundSettings>()
                .PutAsync(new OutboundSettings { Certificate = "client", Hostname = "b.example" }, own);
        });
        var offerA = await streamA.OfferAsync();
        var offerB = await streamB.OfferAsync();
        offerB.Assignment.BundleSha256.ShouldNotBe(offerA.Assignment.BundleSha256);
        var keyHash = ByteString.CopyFrom(Convert.FromHexString(key));

        var stolen = await streamA.AskAsync(PartsOf(offerB.Offer), [keyHash]);
        stolen.Parts.ShouldBeEmpty();
        stolen.Keys.ShouldBeEmpty();
        stolen.Refused.Count.ShouldBe(2);
        (await host.KeyHoldersAsync("client", new ViewOptions { Level = own.Level })).ShouldBeEmpty();

        var answer = await streamB.AskAsync(PartsOf(offerB.Offer), [keyHash]);
        answer.Keys.Single().PublicKeySha256.ShouldBe(keyHash);
        Pki.Keys.PrivateKeyMaterial.TryReadPkcs8(answer.Keys.Single().Pkcs8.Span)!.PublicKeySha256.ShouldBe(key);
        var holder = (await host.KeyHoldersAsync("client", new ViewOptions { Level = own.Level })).ShouldHaveSingleItem();
        (holder.Machine, holder.PublicKeySha256).ShouldBe(("mx2", key));
    }

    [Fact]
    public async Task A_disconnected_machine_is_told_and_gets_its_assignment_when_it_is_connected_again()
    {
        using var agent = await TestAgent.NewAsync(host, "mx1");
        await using var stream = await agent.ConnectAsync();
        await stream.WelcomeAsync();
        await host.Cluster.Machines.DisconnectAsync("mx1");
        (await stream.NextAsync(m => m.Notice)).Disconnected.ShouldBeTrue();
        var commit = await host.CommitHostnameAsync("a.example");
        await host.RolloutStateAsync(commit, RolloutState.Succeeded);
        await stream.BeatAsync(Status(1));
        (await stream.NextAsync(
            m => m.StatusEcho ?? (m.Offer is null ? null : throw new InvalidOperationException("An offer came.")))).Sequence.ShouldBe(1ul);

        await host.Cluster.Machines.ReconnectAsync("mx1");
        (await stream.OfferAsync()).Assignment.Revision.ShouldBe(1ul);
    }

    [Fact]
    public async Task An_assignment_that_the_database_never_made_forks_the_cluster()
    {
        using var agent = await TestAgent.NewAsync(host, "mx1");
        await using var stream = await agent.ConnectAsync();
        await host.CommitHostnameAsync("a.example");
        var (offer, assignment) = await stream.OfferAsync();
        var held = Newer(assignment, host.Get<ControlAuthority>().Signer.Sign);
        await stream.BeatAsync(held: Without(held));
        await EndsAsync(stream, "assignment-unproven");
        await using var again = await agent.ConnectAsync(change: h => h.Assignment = held);
        await Eventually.Is(async () => (await host.ClusterAsync()).State == ClusterState.Forked, "the cluster is forked");
    }

    [Fact]
    public async Task A_number_that_nobody_signed_for_the_machine_forks_nothing()
    {
        using var agent = await TestAgent.NewAsync(host, "mx1");
        Assignment assignment;
        await using (var stream = await agent.ConnectAsync())
        {
            await host.CommitHostnameAsync("a.example");
            assignment = await stream.TakeAsync();
        }

        Func<Assignment, SignedStatement> sign = host.Get<ControlAuthority>().Signer.Sign;
        var forged = Newer(assignment, sign);
        forged.Statement.Signature = ByteString.CopyFrom(new byte[70]);
        var foreign = assignment.Clone();
        foreign.MachineId = Guid.NewGuid().ToString("D");
        var higher = Newer(assignment, sign);
        higher.Number = 1ul << 62;
        foreach (var claim in (HeldAssignment[])[Without(higher), higher, forged, Newer(foreign, sign)])
        {
            await using var stream = await agent.ConnectAsync(change: h => h.Assignment = claim);
            await EndsAsync(stream, "assignment-unproven");
        }

        (await host.ClusterAsync()).State.ShouldBe(ClusterState.Ok);
        await using var honest = await agent.ConnectAsync();
        await honest.WelcomeAsync();
    }

    private static HeldAssignment Newer(Assignment assignment, Func<Assignment, SignedStatement> sign)
    {
        var newer = assignment.Clone();
        newer.Number += 5;
        var signed = sign(newer);
        return new HeldAssignment
        {
            Epoch = newer.Epoch, EpochId = newer.EpochId, Number = newer.Number, AssignmentSha256 = ByteString.CopyFrom(
                SHA256.HashData(signed.Statement.Span)), Statement = signed,
        };
    }

    private static HeldAssignment Without(HeldAssignment held)
    {
        var claim = held.Clone();
        claim.Statement = null;
        return claim;
    }

    [Fact]
    public async Task Going_down_drains_the_streams()
    {
        using var agent = await TestAgent.NewAsync(host, "mx1");
        await using var stream = await agent.ConnectAsync();
        await stream.WelcomeAsync();
        var stop = host.StopAsync();
        await stream.NextAsync(m => m.Drain);
        await stream.Ended;
        await stop;
        await host.StartAgainAsync();
        (await host.MachineAsync("mx1")).State.ShouldBe(MachineState.Offline);
    }

    [Fact]
    public async Task A_second_hello_a_foreign_generation_and_too_many_services_end_the_stream()
    {
        using var agent = await TestAgent.NewAsync(host, "mx1");
        await using (var wrong = await agent.ConnectAsync(change: h => h.Generation = 7)) await EndsAsync(wrong, "identity-unknown");
        await using (var many =

                await agent.ConnectAsync(
                    change: h => h.Services.AddRange(Enumerable.Range(0, 70).Select(i => TestAgent.Service($"s{i}"))))) await EndsAsync(
                    many, "announcement-invalid");
        await using var twice = await agent.ConnectAsync();
        await twice.WelcomeAsync();
        await twice.SendAsync(new AgentMessage { Hello = new Hello() });
        await EndsAsync(twice, "hello-expected");
    }

    internal static StatusVector Status(ulong sequence, string problem = "") => new() { Sequence = sequence, LocalProblem = problem };

    internal static IEnumerable<ByteString> PartsOf(Offer offer)
    {
        using var document = System.Text.Json.JsonDocument.Parse(offer.Bundle.Memory);
        return [
            .. document.RootElement.GetProperty("parts")
                .EnumerateArray()
                .Select(p => ByteString.CopyFrom(Convert.FromHexString(p.GetProperty("sha256").GetString()!)))
        ];
    }

    private static async Task EndsAsync(TestStream stream, string code)
    {
        await stream.Ended;
        stream.Failure!.Trailers.GetValue("cluster-code").ShouldBe(code);
    }
}

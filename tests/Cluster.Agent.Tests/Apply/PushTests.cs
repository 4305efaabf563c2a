using Cluster.Agent.Tests.Hosts;
using Cluster.Agent.Tests.ManagerSide;
using Cluster.Contracts.Bundles;
using Cluster.Protocol.V1;
using Cluster.Testing;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Apply;

public sealed class PushTests
{
    [Fact]
    public async Task A_certificate_s_name_never_leads_out_of_the_service_s_directory()
    {
        await using var manager = await FakeManager.StartAsync();
        await using var host = await JoinedAsync(manager);
        var part = TestHost.Part(manager);
        manager.Fleet.Assign(
            One(part with { Certificates = new Dictionary<string, PartCertificate> { ["../out"] = part.Certificates["mx"] } }));
        host.Start();

        await Eventually.Is(() => manager.Fleet.Service("mail")?.Attempted?.Error?.Code == "invalid-name", "the part is refused");
        Directory.Exists(Path.Combine(host.ConfigDirectory(), "cluster")).ShouldBeFalse("nothing was written");
        await host.StopAsync();
    }

    [Fact]
    public async Task A_part_is_fetched_applied_proven_and_reported()
    {
        await using var manager = await FakeManager.StartAsync();
        await using var host = await JoinedAsync(manager);
        manager.Fleet.Assign(One(TestHost.Part(manager)));
        host.Start();
        await VerifiedAsync(manager, host, number: 1);
        File.ReadAllText(host.Live()).ShouldStartWith("-----BEGIN PRIVATE KEY-----");
        var service = manager.Fleet.Service("mail")!;
        service.Applied.Revision.ShouldBe(101UL);
        service.Verified.Method.ShouldBe(ProofMethod.Loaded);
        service.Attempted.Error.ShouldBeNull();
        manager.Fleet.Held!.Number.ShouldBe(1UL);
        manager.Fleet.LastHello!.Services.Single().Endpoints
            .Select(e => (e.Kind, e.Name, e.Port))
            .ShouldBe([("listeners", "in-mail", 25u)]);

        manager.Fleet.Assign(One(TestHost.Part(manager, "mx2.example")));
        await VerifiedAsync(manager, host, number: 2);
        await host.StopAsync();
    }

    [Fact]
    public async Task An_equal_part_writes_nothing_also_after_leave_and_rejoin()
    {
        await using var manager = await FakeManager.StartAsync();
        await using var host = await JoinedAsync(manager);
        var part = TestHost.Part(manager);
        manager.Fleet.Assign(One(part));
        host.Start();
        await VerifiedAsync(manager, host, number: 1);
        var before = FileTree.Describe(host.ConfigDirectory());

        manager.Fleet.Assign(One(part));
        await VerifiedAsync(manager, host, number: 2);
        FileTree.Describe(host.ConfigDirectory()).ShouldBe(before);
        manager.Fleet.Calls.Count(c => c.StartsWith("content", StringComparison.Ordinal)).ShouldBe(2);

        (await host.VerbAsync("leave")).ExitCode.ShouldBe(0);
        (await host.Running.ExitAsync()).ShouldBe(0);
        manager.Fleet.Token = "token-2";
        var rejoined = await host.VerbSayingAsync("rejoin", manager.Fleet.Token, null, "--token-file", "-");
        rejoined.ExitCode.ShouldBe(0, rejoined.ToString());
        manager.Fleet.LastProof!.Generation.ShouldBe(1U);
        manager.Fleet.Assign(One(part), send: false);
        host.Start();
        await VerifiedAsync(manager, host, number: 3);
        FileTree.Describe(host.ConfigDirectory()).ShouldBe(before);
        await host.StopAsync();
    }

    [Fact]
    public async Task One_service_failing_does_not_stop_a_healthy_one()
    {
        await using var manager = await FakeManager.StartAsync();
        await using var host = await JoinedAsync(manager, "mail", "web");
        var broken = TestHost.Part(manager, service: "mail") with { SchemaVersion = 99 };
        manager.Fleet.Assign(new Dictionary<string, ServicePart> { ["mail"] = broken, ["web"] = TestHost.Part(manager, service: "web") });
        host.Start();
        await Eventually.Is(
            () => manager.Fleet.Service("web")?.Verified is not null && manager.Fleet.Service("mail")?.Attempted?.Error is not null,
            "one verified, one failed");
        var error = manager.Fleet.Service("mail")!.Attempted.Error;
        error.Code.ShouldBe("unsupported");
        error.Kind.ShouldBe(FailureKind.Final);
        await host.StopAsync();
    }

    [Fact]
    public async Task With_atomicity_host_one_failing_service_keeps_all_others_on_the_old_state()
    {
        await using var manager = await FakeManager.StartAsync();
        await using var host = await JoinedAsync(manager, "mail", "web");
        var broken = TestHost.Part(manager, service: "web") with { SchemaVersion = 99 };
        manager.Fleet.Assign(
            new Dictionary<string, ServicePart> { ["mail"] = TestHost.Part(manager), ["web"] = broken }, a => a.AtomicHost = true);
        host.Start();
        await Eventually.Is(
            () => manager.Fleet.Service("mail")?.Attempted?.Error?.Code == "other-service-failed", "the healthy one is held back");
        File.Exists(host.Live()).ShouldBeFalse();
        await host.StopAsync();
    }

    [Fact]
    public async Task Observe_reports_the_plan_and_changes_nothing()
    {
        await using var manager = await FakeManager.StartAsync();
        await using var host = await JoinedAsync(manager);
        manager.Fleet.Assign(One(TestHost.Part(manager)), a => a.Observe = true);
        host.Start();
        await Eventually.Is(
            () => manager.Fleet.Service("mail")?.Plan.Contains("+ certificate mx", StringComparison.Ordinal) == true, "the plan");
        Directory.Exists(Path.Combine(host.ConfigDirectory(), "cluster")).ShouldBeFalse();
        await host.StopAsync();
    }

    [Fact]
    public async Task A_hold_stops_applying_until_it_is_released()
    {
        await using var manager = await FakeManager.StartAsync();
        await using var host = await JoinedAsync(manager);
        host.Start();
        await Eventually.Is(() => manager.Fleet.Streams == 1, "connected");
        (await host.VerbAsync("hold", "--for", "4h")).Ok().Output.ShouldStartWith("Held until ");
        await Eventually.Is(() => manager.Fleet.Status?.Hold is not null, "the hold is visible");
        manager.Fleet.Assign(One(TestHost.Part(manager)));
        await Eventually.Is(() => manager.Fleet.Held?.Number == 1, "the assignment is held");
        await host.VerbAsync("check");
        File.Exists(host.Live()).ShouldBeFalse();
        (await host.VerbAsync("release")).Ok().Output.ShouldStartWith("Released");
        await VerifiedAsync(manager, host, number: 1);
        await host.StopAsync();
    }

    [Fact]
    public async Task Keys_that_are_refused_fail_the_service_transiently_and_nothing_else()
    {
        await using var manager = await FakeManager.StartAsync();
        await using var host = await JoinedAsync(manager);
        manager.Fleet.RefuseKeys = true;
        manager.Fleet.Assign(One(TestHost.Part(manager)));
        host.Start();
        await Eventually.Is(() => manager.Fleet.Service("mail")?.Attempted?.Error?.Code == "key-missing", "the failure");
        manager.Fleet.Service("mail")!.Attempted.Error.Kind.ShouldBe(FailureKind.Transient);
        manager.Fleet.RefuseKeys = false;
        manager.Fleet.DropStreams();
        await VerifiedAsync(manager, host, number: 1);
        await host.StopAsync();
    }

    [Fact]
    public async Task Offers_for_others_forged_replayed_or_changed_are_refused_and_change_nothing()
    {
        await using var manager = await FakeManager.StartAsync();
        await using var host = await JoinedAsync(manager);
        manager.Fleet.Assign(One(TestHost.Part(manager)));
        host.Start();
        await VerifiedAsync(manager, host, number: 1);
        var live = File.ReadAllText(host.Live());

        manager.Fleet.Assign(One(TestHost.Part(manager)), a => a.MachineId = Guid.NewGuid().ToString("D"));
        await RefusedAsync(manager, "audience-invalid");
        manager.Fleet.Assign(One(TestHost.Part(manager)), a => a.Generation = 7);
        await RefusedAsync(manager, "generation-invalid");
        manager.Fleet.Assign(One(TestHost.Part(manager)), a => a.Number = 1);
        await RefusedAsync(manager, "not-newer");
        var changed = manager.Fleet.Assign(One(TestHost.Part(manager)), send: false).Clone();
        changed.Bundle = Google.Protobuf.ByteString.CopyFromUtf8("{}");
        manager.Fleet.Send(new ManagerMessage { Offer = changed });
        await RefusedAsync(manager, "bundle-invalid");
        var forged = changed.Clone();
        forged.Assignment = new TestAuthority().Sign(Assignment.Parser.ParseFrom(changed.Assignment.Statement));
        manager.Fleet.Send(new ManagerMessage { Offer = forged });
        await RefusedAsync(manager, "signature-invalid");
        File.ReadAllText(host.Live()).ShouldBe(live);
        await host.StopAsync();
    }

    [Fact]
    public async Task Content_that_nobody_asked_for_is_not_stored()
    {
        await using var manager = await FakeManager.StartAsync();
        await using var host = await JoinedAsync(manager);
        manager.Fleet.Assign(One(TestHost.Part(manager)));
        host.Start();
        await VerifiedAsync(manager, host, number: 1);
        var before = Stored(host);
        var part = "{}"u8.ToArray();
        using var key = Pki.Keys.PrivateKeyMaterial.Generate(Pki.Keys.KeySpecification.EcP256);

        manager.Fleet.Send(new ManagerMessage
        {
            Content = new Content
            {
                Parts =
                {
                    new Part
                    {
                        Sha256 = Bytes(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(part))),
                        Content = Google.Protobuf.ByteString.CopyFrom(part)
                    }
                },
                Keys =
                {
                    new PrivateKey
                    {
                        PublicKeySha256 = Bytes(key.PublicKeySha256),
                        Pkcs8 = Google.Protobuf.ByteString.CopyFrom(key.ExportPkcs8())
                    }
                },
            },
        });
        manager.Fleet.Send(new ManagerMessage { Command = new Command { Id = 5, Check = true } });
        await Eventually.Is(() => manager.Fleet.OrdersDone == 5, "what came after it was taken");

        Stored(host).ShouldBe(before);
        await host.StopAsync();
    }

    [Fact]
    public async Task Without_confirmation_the_host_returns_by_itself()
    {
        await using var manager = await FakeManager.StartAsync();
        await using var host = await JoinedAsync(manager);
        manager.Fleet.Assign(One(TestHost.Part(manager)));
        host.Start();
        await VerifiedAsync(manager, host, number: 1);
        var confirmed = File.ReadAllText(host.Live());
        manager.Fleet.Assign(
            One(TestHost.Part(manager)), a => a.ConfirmDeadline = TimeProvider.System.GetUtcNow().AddSeconds(8).ToUnixTimeMilliseconds());
        await Eventually.Is(() => File.ReadAllText(host.Live()) != confirmed, "the new state");
        await manager.DownAsync();
        await Eventually.Is(() => File.ReadAllText(host.Live()) == confirmed, "the confirmed state is back");
        await host.StopAsync();
    }

    private static string[] Stored(TestHost host) =>
        [.. new[] { "apply/parts", "apply/keys" }.SelectMany(d => Directory.EnumerateFiles(host.InState(d))).Order(StringComparer.Ordinal)];

    private static Google.Protobuf.ByteString Bytes(string hex) => Google.Protobuf.ByteString.CopyFrom(Convert.FromHexString(hex));

    internal static Dictionary<string, ServicePart> One(ServicePart part) => new() { ["mail"] = part };

    internal static async Task<TestHost> JoinedAsync(FakeManager manager, params string[] services)
    {
        var host = new TestHost(failpoints: false, services);
        await host.MustJoinAsync(manager);
        return host;
    }

    internal static async Task VerifiedAsync(FakeManager manager, TestHost host, ulong number)
    {
        try
        {
            await Eventually.Is(() => manager.Fleet.Service("mail")?.Verified?.Number == number, $"assignment {number} verified");
        }
        catch (TestGaveUpException e)
        {
            throw new TestGaveUpException($"{e.Message}\nThe agent said:\n{host.Output}\n{await host.VerbAsync("status")}");
        }
    }

    private static async Task RefusedAsync(FakeManager manager, string code)
    {
        OfferRefusal? refusal = null;
        await Eventually.Is(() => manager.Fleet.Refusals.TryDequeue(out refusal), "a refusal");
        refusal!.Code.ShouldBe(code);
    }
}

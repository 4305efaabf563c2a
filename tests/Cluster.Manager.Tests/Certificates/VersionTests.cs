using System.Text.Json.Nodes;
using Cluster.Client.Certificates;
using Cluster.Client.Values;
using Cluster.Contracts.Certificates;
using Cluster.Contracts.Findings;
using Cluster.Contracts.Levels;
using Cluster.Contracts.Problems;
using Cluster.Contracts.Settings;
using Cluster.Manager.Tests.Agents;
using Cluster.Manager.Tests.Hosting;
using Cluster.Testing;
using Cluster.Testing.Authorities;
using Google.Protobuf;
using Shouldly;
using Xunit;
using static Cluster.Manager.Tests.Agents.AgentSteps;
using static Cluster.Manager.Tests.Hosting.TestManager;

namespace Cluster.Manager.Tests.Certificates;

public sealed class VersionTests(TestManager manager) : IClassFixture<TestManager>, IDisposable
{
    private static readonly LevelName Main = new(LevelKind.Group, "main");
    private readonly TestCa ca = new();

    private CertificatesClient Certificates => manager.Cluster.Certificates;

    [Fact]
    public async Task Restore_points_back_and_a_compromised_version_never_comes_back()
    {
        await Certificates.MakeAsync("back", "mx.example.org");
        await ImportAsync("back", "a");
        (await Certificates.RestoreVersionAsync("back", 1)).Value.Version.ShouldBe(1);
        (await Certificates.MarkCompromisedAsync("back", 2)).Value.CompromisedAt.ShouldNotBeNull();
        await Certificates.RestoreVersionAsync("back", 2).ShouldBeRefused(ProblemCodes.KeyCompromised);
        await Certificates.PutAsync("back", new CertificateSettings { Version = 2 }).ShouldBeRefused(ProblemCodes.ValidationFailed);
        await Certificates.RestoreVersionAsync("back", 9).ShouldBeRefused(ProblemCodes.NotFound);
    }

    [Fact]
    public async Task A_compromised_key_comes_back_by_no_other_version_of_it()
    {
        await Certificates.MakeAsync("key", "mx.example.org");
        var leaf = ca.Sign(await Certificates.RequestPemAsync("key"));
        var signed = await Certificates.UploadPemAsync("key", ca.PemFor(leaf));
        await ImportAsync("key", "a");
        await Certificates.MarkCompromisedAsync("key", 2);

        // Version 1 is self-signed with the same key.
        await Certificates.RestoreVersionAsync("key", 1).ShouldBeRefused(ProblemCodes.KeyCompromised);
        await Certificates.PutAsync("key", new CertificateSettings { Version = 1 }).ShouldBeRefused(ProblemCodes.ValidationFailed);
        var rollback = await manager.Cluster.Revisions.RollBackAsync(signed.Receipt.Revision!.Value)
            .ShouldBeRefused(ProblemCodes.ValidationFailed);
        rollback.Status.ShouldBe(422);
        (await Certificates.GetAsync("key")).Value.Version.ShouldBe(3);
    }

    [Fact]
    public async Task An_open_request_for_a_compromised_key_says_so_takes_no_certificate_and_can_be_cancelled()
    {
        var requests = manager.Cluster.SigningRequests;
        await Certificates.MakeAsync("asked", "mx.example.org");
        await Certificates.MakeAsync("other-asked", "mx.example.org");
        var leaf = ca.Sign(await Certificates.RequestPemAsync("asked"));
        var own = (await RequestOfAsync("asked")).Id!.Value;
        await Certificates.MarkCompromisedAsync("asked", 1, new() { DryRun = true });
        (await RequestOfAsync("asked")).State.ShouldBe(SigningRequestState.Open);

        await Certificates.MarkCompromisedAsync("asked", 1);

        var shown = (await requests.GetAsync(own)).Value;
        shown.State.ShouldBe(SigningRequestState.Compromised);
        shown.Hint.ShouldNotBeNull().ShouldContain("new key");
        var others = await RequestOfAsync("other-asked");
        (others.State, others.Hint).ShouldBe((SigningRequestState.Open, null));
        (await requests.ListAsync(SigningRequestState.Open, "asked").ToListAsync()).ShouldBeEmpty();
        (await requests.ListAsync(SigningRequestState.Compromised, "asked").ToListAsync()).Count.ShouldBe(1);
        (await Certificates.GetAsync("asked")).Value.SigningRequest.ShouldBe(SigningRequestPresence.None);
        await Certificates.GetSigningRequestAsync("asked").ShouldBeRefused(ProblemCodes.NotFound);
        await Certificates.UploadPemAsync("asked", ca.PemFor(leaf)).ShouldBeRefused(ProblemCodes.KeyCompromised);
        await Certificates.UploadPemAsync("other-asked", ca.PemFor(leaf)).ShouldBeRefused(ProblemCodes.KeyCompromised);

        await Certificates.OpenSigningRequestAsync("asked", new SigningRequestOpen { Key = RenewalKey.New });
        var next = ca.Sign(await Certificates.RequestPemAsync("asked"));
        await Certificates.UploadPemAsync("asked", ca.PemFor(next));
        await requests.CancelAsync(own);
        (await requests.GetAsync(own)).Value.State.ShouldBe(SigningRequestState.Cancelled);
        await requests.CancelAsync(own).ShouldBeRefused(ProblemCodes.RequestClosed);
        (await Certificates.GetVersionAsync("asked", 1)).Value.HasPrivateKey.ShouldBeTrue();
        await Certificates.DestroyVersionAsync("asked", 1);
        (await Certificates.GetVersionAsync("asked", 1)).Value.HasPrivateKey.ShouldBeFalse();
        await Certificates.UploadPemAsync("asked", ca.PemFor(leaf)).ShouldBeRefused(ProblemCodes.KeyCompromised);
    }

    [Fact]
    public async Task A_certificate_whose_key_is_compromised_elsewhere_says_so_and_is_not_copied()
    {
        const string Code = "certificate-version-compromised";
        await manager.Cluster.Groups.PutAsync("copies");
        await Certificates.MakeAsync("shared", "mx.example.org");
        (await Certificates.CopyAsync("shared", new RelocationRequest { ToLevel = "group:copies" })).Receipt.Created.ShouldBeTrue();
        await Certificates.MarkCompromisedAsync("shared", 1);

        var found = (await manager.Cluster.Findings.ListAsync().ToListAsync())
            .Where(f => f.Code == Code && f.Name == "shared")
            .Select(f => f.Level);
        found.ShouldBe(["cluster", "group:copies"], ignoreOrder: true);
        foreach (var level in (LevelName?[])[null, new(LevelKind.Group, "copies")])
        {
            var shown = (await Certificates.GetAsync("shared", new() { Level = level })).Value.Findings!.Single(f => f.Code == Code);
            (shown.Severity, shown.Muted).ShouldBe((FindingSeverity.Error, null));
        }

        await Certificates.CopyAsync("shared", new RelocationRequest { ToLevel = "group:main" })
            .ShouldBeRefused(ProblemCodes.ValidationFailed);
    }

    [Fact]
    public async Task A_compromised_version_lists_who_holds_its_key()
    {
        var created = await Certificates.MakeAsync("held", "mx.example.org");
        using var agent = await TestAgent.NewAsync(manager, "holder");
        await using var stream = await agent.ConnectAsync();
        await stream.WelcomeAsync();
        var own = OfMachine("holder");
        var bound = (await manager.Cluster.Singleton<OutboundSettings>()
            .PutAsync(new OutboundSettings { Certificate = "held" }, own)).Receipt.Revision;
        await Eventually.Is(
            async () => (await stream.TakeAsync()).Revision == (ulong)bound!, "the machine should have the revision that binds it");
        var key = ByteString.CopyFrom(Convert.FromHexString(created.Value.PublicKeySha256!));
        (await stream.AskAsync([], [key])).Keys.ShouldHaveSingleItem();

        (await Certificates.MarkCompromisedAsync("held", 1)).Value.HeldBy
            .ShouldNotBeNull()
            .ShouldHaveSingleItem().Machine
            .ShouldBe("holder");
        (await manager.KeyHoldersAsync("held"))[0].Machine.ShouldBe("holder");
        await manager.Cluster.Singleton<OutboundSettings>().DeleteAsync(own);
    }

    [Fact]
    public async Task Only_an_unused_version_is_destroyed_and_its_number_is_not_used_again()
    {
        await Certificates.MakeAsync("gone", "mx.example.org");
        await Certificates.DestroyVersionAsync("gone", 1).ShouldBeRefused(ProblemCodes.InUse);
        await ImportAsync("gone", "a");
        await manager.Cluster.SigningRequests.CancelAsync((await Certificates.GetSigningRequestAsync("gone")).Value.Id!.Value);
        await Certificates.DestroyVersionAsync("gone", 1);

        var versions = await Certificates.ListVersionsAsync("gone").ToListAsync();
        versions.Select(v => v.Version).ShouldBe([2, 1]);
        versions[1].DestroyedAt.ShouldNotBeNull();
        versions[1].HasPrivateKey.ShouldBeFalse();
        (await ImportAsync("gone", "b")).Value.Version.ShouldBe(3);
    }

    [Fact]
    public async Task Numbers_go_on_after_delete()
    {
        await Certificates.MakeAsync("again", "mx.example.org");
        await Certificates.DeleteAsync("again");
        (await Certificates.MakeAsync("again", "mx.example.org")).Value.Version.ShouldBe(2);
    }

    [Fact]
    public async Task A_bound_certificate_is_not_deleted_and_its_usages_are_shown()
    {
        await Certificates.MakeAsync("bound", "mx.example.org");
        await manager.AddMachineAsync("user", "bound-in", AllFeatures);
        await manager.Cluster.Settings<MailFlowPolicy>().PutAsync("bound", new MailFlowPolicy { Tls = PolicyTls.Preferred });
        await manager.Cluster.Settings<Listener>().PutAsync("bound-in", new Listener
        {
            Type = ListenerType.Public,
            Port = 2525,
            Hostname = "other.example.org",
            Certificate = "bound",
            DefaultPolicy = "bound",
        });

        (await Certificates.DeleteAsync("bound").ShouldBeRefused(ProblemCodes.InUse)).Status.ShouldBe(409);
        var usages = await Certificates.GetUsagesAsync("bound");
        (usages.Bindings[0].Kind, usages.Bindings[0].Name).ShouldBe(("listeners", "bound-in"));
        usages.Machines.Select(m => m.Name).ShouldContain("user");
        (await Certificates.GetAsync("bound")).Value.Codes().ShouldContain("name-mismatch");
    }

    [Fact]
    public async Task A_muted_warning_stays_listed()
    {
        await Certificates.MakeAsync("muted", "mx.example.org");
        var patched = (await MuteAsync("muted", "self-signed")).Value;
        patched.Findings!.Single(f => f.Code == "self-signed").Muted.ShouldBe(true);
        patched.Version.ShouldBe(1);
    }

    [Fact]
    public async Task Only_findings_that_exist_are_muted()
    {
        await Certificates.MakeAsync("muted-typo", "mx.example.org");
        var refused = await MuteAsync("muted-typo", "self-singed").ShouldBeRefused(ProblemCodes.InvalidDocument);
        (refused.Errors[0].Pointer, refused.Errors[0].Code).ShouldBe(("/mutedFindings/0/code", "unknown"));
        foreach (var code in (string[])["self-signed", "certificate-unused", "untrusted-chain", "mx-name-mismatch", "mx-host-not-covered"])
            await MuteAsync("muted-typo", code);
        (await UnusedAsync("muted-typo")).Muted.ShouldBeNull();
        await MuteAsync("muted-typo", "certificate-unused");
        (await UnusedAsync("muted-typo")).Muted.ShouldBe(true);
    }

    [Fact]
    public async Task Move_takes_all_versions_and_copy_the_current_one()
    {
        await manager.Cluster.Groups.PutAsync("edge");
        await Certificates.MakeAsync("moving", "mx.example.org");
        await ImportAsync("moving", "a");
        var copied = await Certificates.CopyAsync("moving", new RelocationRequest { ToLevel = "group:edge" });
        copied.Receipt.Created.ShouldBeTrue();
        (copied.Value.Version, copied.Value.Level, copied.Value.Source).ShouldBe((1, "group:edge", CertificateSource.Imported));
        copied.Value.HasPrivateKey.ShouldBe(true);

        var moved = await Certificates.MoveAsync("moving", new RelocationRequest { ToLevel = "group:main" });
        moved.Receipt.Created.ShouldBeTrue();
        moved.Value.Version.ShouldBe(2);
        await Certificates.GetAsync("moving").ShouldBeRefused(ProblemCodes.NotFound);
        (await Certificates.ListVersionsAsync("moving", new() { Level = Main }).ToListAsync()).Count.ShouldBe(2);
        var leaf = ca.Sign(await Certificates.RequestPemAsync("moving", new() { Level = Main }));
        (await Certificates.UploadPemAsync("moving", ca.PemFor(leaf), new() { Level = Main })).Value.Version.ShouldBe(3);
        await Certificates.GetAsync("moving", new() { Level = new(LevelKind.Machine, "none") }).ShouldBeRefused(ProblemCodes.NotFound);
    }

    [Fact]
    public async Task Lists_show_every_level_in_pages()
    {
        await Certificates.MakeAsync("list-a", "a.example.org");
        await Certificates.MakeAsync("list-b", "b.example.org");
        var first = (await manager.Rest.GetAsync(At("certificates?level=*&pageSize=1"))).Expect(200).Json;
        first["items"]!.AsArray().Count.ShouldBe(1);
        first["nextPageToken"].ShouldNotBeNull();
        var all = (await manager.Rest.GetAsync(At("certificates?level=*&pageSize=500"))).Expect(200).Json["items"]!.AsArray();
        all.Select(c => (string?)c!["name"]).ShouldContain("list-b");
    }

    [Fact]
    public async Task An_old_tag_is_refused()
    {
        var created = await Certificates.MakeAsync("tagged", "mx.example.org");
        var old = new WriteOptions { IfMatch = created.ETag.ShouldNotBeNull() };
        await Certificates.PatchAsync("tagged", new JsonObject { ["labels"] = new JsonObject { ["a"] = "b" } }, old);
        await Certificates.PatchAsync("tagged", new JsonObject { ["labels"] = new JsonObject { ["a"] = "c" } }, old)
            .ShouldBeRefused(ProblemCodes.ChangedMeanwhile);
    }

    public void Dispose() => ca.Dispose();

    private Task<Written<CertificateShape>> ImportAsync(string name, string password) =>
        Certificates.ImportFileAsync(name, CertificateApi.Pkcs12(ca, "mx.example.org", password), password);

    private Task<Written<CertificateShape>> MuteAsync(string name, string code) => Certificates.PatchAsync(name, new JsonObject
    {
        ["mutedFindings"] = new JsonArray(
            new JsonObject
            {
                ["code"] = code,
                ["reason"] = "lab",
                ["until"] = TimeProvider.System.GetUtcNow().AddDays(30).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'")
            }),
    });

    private async Task<Finding> UnusedAsync(string name) =>
        (await manager.Cluster.Findings.ListAsync(new() { Name = name }).ToListAsync()).Single(f => f.Code == "certificate-unused");

    private async Task<SigningRequestShape> RequestOfAsync(string certificate) =>
        (await manager.Cluster.SigningRequests.ListAsync(certificate: certificate).ToListAsync()).ShouldHaveSingleItem();
}

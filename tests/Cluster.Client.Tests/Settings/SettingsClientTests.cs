using System.Text.Json.Nodes;
using Cluster.Client.Problems;
using Cluster.Client.Tests.Fixtures;
using Cluster.Client.Values;
using Cluster.Contracts.Levels;
using Cluster.Contracts.Problems;
using Cluster.Contracts.Settings;
using Shouldly;
using Xunit;

namespace Cluster.Client.Tests.Settings;

public sealed class SettingsClientTests(ClientFixture fixture)
{
    private static readonly MailFlowPolicy Required = new() { Tls = PolicyTls.Required };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_read_can_be_changed_and_written_again_unless_somebody_was_faster()
    {
        var policies = (await fixture.NewClusterAsync()).Settings<MailFlowPolicy>();
        var made = await policies.PutAsync("accept", Required, new WriteOptions { CreateOnly = true }, Ct);
        made.Receipt.Created.ShouldBeTrue();
        made.Receipt.Revision.ShouldBe(1);
        made.Receipt.Rollout.ShouldNotBeNull();

        var read = await policies.GetAsync("accept", ct: Ct);
        read.Value.Name.ShouldBe("accept");
        read.Value.Document.ShouldBe(Required);
        read.ETag.ShouldBe(made.ETag);

        var changed = await policies.PutAsync(
            "accept", read.Value.Document! with { RequireTlsForAuth = true }, new WriteOptions { IfMatch = read.ETag }, Ct);
        changed.Receipt.Created.ShouldBeFalse();
        changed.Value.Document!.RequireTlsForAuth.ShouldBe(true);
        (await Should.ThrowAsync<ProblemException>(
            () =>
                policies.PutAsync(
                    "accept", Required, new WriteOptions { IfMatch = read.ETag }, Ct))).Code.ShouldBe(ProblemCodes.ChangedMeanwhile);
        (await Should.ThrowAsync<ProblemException>(
            () =>
                policies.PutAsync(
                    "accept", Required, new WriteOptions { CreateOnly = true }, Ct))).Code.ShouldBe(ProblemCodes.ExistsAlready);
    }

    [Fact]
    public async Task A_patch_changes_what_it_names_and_null_removes()
    {
        var policies = (await fixture.NewClusterAsync()).Settings<MailFlowPolicy>();
        await policies.PutAsync("accept", Required with { RequireTlsForAuth = true }, ct: Ct);

        (await policies.PatchAsync("accept", new JsonObject { ["tls"] = "preferred" }, ct: Ct)).Value.Document.ShouldBe(
            new MailFlowPolicy { Tls = PolicyTls.Preferred, RequireTlsForAuth = true });
        (await policies.PatchAsync("accept", new JsonObject { ["requireTlsForAuth"] = null }, ct: Ct)).Value.Document.ShouldBe(
            new MailFlowPolicy { Tls = PolicyTls.Preferred });
    }

    [Fact]
    public async Task Levels_are_written_read_listed_hidden_and_left()
    {
        var cluster = await fixture.NewClusterAsync();
        var policies = cluster.Settings<MailFlowPolicy>();
        await cluster.Groups.PutAsync("edge", ct: Ct);
        LevelName edge = new(LevelKind.Group, "edge");
        await policies.PutAsync("accept", Required, ct: Ct);
        (await Should.ThrowAsync<ProblemException>(
            () => policies.GetAsync("accept", new ViewOptions { Level = edge }, Ct))).Problem.InheritedFrom.ShouldBe("cluster");

        (await policies.HideAsync("accept", new WriteOptions { Level = edge }, Ct)).Value.Hidden.ShouldBeTrue();
        var all = await policies.ListAllLevelsAsync(ct: Ct).ToListAsync(Ct);
        all.Select(i => (i.Name, i.Level, i.Hidden)).ShouldBe([("accept", "cluster", false), ("accept", "group:edge", true)]);
        (await policies.ListAsync(ct: Ct).ToListAsync(Ct)).ShouldHaveSingleItem().Document.ShouldBe(Required);

        (await policies.DeleteAsync("accept", new WriteOptions { Level = edge }, Ct)).Revision.ShouldNotBeNull();
        (await policies.CopyAsync("accept", new RelocationRequest { ToLevel = "group:edge" }, ct: Ct)).Value.Document.ShouldBe(Required);
    }

    [Fact]
    public async Task A_destination_is_named_by_its_domain()
    {
        var destinations = (await fixture.NewClusterAsync()).Settings<DestinationControl>();
        var control = new DestinationControl { Tls = DestinationTls.RequiredVerify };
        (await destinations.PutAsync("example.org", control, ct: Ct)).Value.Name.ShouldBe("example.org");
        (await destinations.ListAsync(ct: Ct).ToListAsync(Ct)).ShouldHaveSingleItem().Name.ShouldBe("example.org");
    }

    [Fact]
    public async Task A_singleton_has_no_name()
    {
        var outbound = (await fixture.NewClusterAsync()).Singleton<OutboundSettings>();
        (await outbound.GetAsync(ct: Ct)).Value.Document.ShouldBe(new OutboundSettings());
        await outbound.PutAsync(new OutboundSettings { Hostname = "out.example.org" }, ct: Ct);
        (await outbound.GetAsync(ct: Ct)).Value.Document!.Hostname.ShouldBe("out.example.org");
        await outbound.DeleteAsync(ct: Ct);
        (await outbound.GetAsync(ct: Ct)).Value.Document.ShouldBe(new OutboundSettings());
    }

    [Fact]
    public async Task A_dry_run_stores_nothing()
    {
        var policies = (await fixture.NewClusterAsync()).Settings<MailFlowPolicy>();
        var dry = await policies.PutAsync("accept", Required, new WriteOptions { DryRun = true }, Ct);
        dry.Receipt.Created.ShouldBeTrue();
        (await Should.ThrowAsync<ProblemException>(() => policies.GetAsync("accept", ct: Ct))).Code.ShouldBe(ProblemCodes.NotFound);
    }
}

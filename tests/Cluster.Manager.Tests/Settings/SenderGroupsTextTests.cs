using System.Net.Http.Headers;
using System.Text;
using Cluster.Client.Settings;
using Cluster.Client.Values;
using Cluster.Contracts.Levels;
using Cluster.Contracts.Problems;
using Cluster.Contracts.Revisions;
using Cluster.Contracts.Settings;
using Cluster.Manager.Tests.Hosting;
using Shouldly;
using Xunit;
using static Cluster.Manager.Tests.Hosting.TestManager;

namespace Cluster.Manager.Tests.Settings;

/// <summary>The host access table of a listener as text, through REST.</summary>
public sealed class SenderGroupsTextTests(TestManager manager) : IClassFixture<TestManager>
{
    private const string Table =
        """
        # Partners that have agreed on TLS
        # Contract 4711
        PARTNERS: .partner.example (all hosts), 198.51.100.0/24 $hat-strict
        RELAYS: 10.1.1.5-20 $hat (Ours)
        ALL $hat (Everybody else)

        """;

    // A group that must use TLS is gone with them.
    private static readonly WriteOptions Weaker = new() { Acknowledge = ["tls-mode-lowered"] };

    private SettingsClient<Listener> Listeners => manager.Cluster.Settings<Listener>();

    private SenderGroupsClient Text => manager.Cluster.SenderGroups;

    [Fact]
    public async Task What_is_imported_is_exported_with_its_comments_and_all_else_of_the_listener_stays()
    {
        await MakeAsync("whole");

        var written = await Text.ImportAsync("whole", Table);
        written.Value.ShouldBe(Table);
        written.Receipt.Revision.ShouldNotBeNull();
        var exported = await Text.ExportAsync("whole");
        exported.ShouldBe(new Versioned<string>(Table, written.Receipt.ETag));
        var listener = (await Listeners.GetAsync("whole")).Value.Document!;
        (listener.Hostname, listener.Port, listener.DefaultPolicyComment).ShouldBe(("mx.example.test", 25, "Everybody else"));
        listener.SenderGroups!.Select(g => g.Comment).ShouldBe(["Partners that have agreed on TLS\nContract 4711", "Ours"]);
        listener.SenderGroups![0].SenderComments!.ShouldBe([KeyValuePair.Create(".partner.example", "all hosts")]);

        var again = await Text.ImportAsync("whole", exported.Value);
        (again.Receipt.Revision, again.Receipt.Rollout).ShouldBe((written.Receipt.Revision, null), "nothing changed");
        await Text.ImportAsync("whole", "ALL $hat\n", Weaker);
        (await Listeners.GetAsync("whole")).Value.Document!.SenderGroups.ShouldBeNull();
    }

    [Fact]
    public async Task Conditions_go_by_the_tag_of_the_text()
    {
        await MakeAsync("tagged");
        var listener = await Listeners.GetAsync("tagged");
        var text = await Text.ExportAsync("tagged");
        text.ETag.ShouldNotBe(listener.ETag);

        await Text.ImportAsync("tagged", Table, new WriteOptions { IfMatch = listener.ETag })
            .ShouldBeRefused(ProblemCodes.ChangedMeanwhile);
        var written = await Text.ImportAsync("tagged", Table, new WriteOptions { IfMatch = text.ETag });
        written.Receipt.ETag.ShouldNotBe(text.ETag);
        await Text.ImportAsync("tagged", "ALL $hat\n", new WriteOptions { IfMatch = text.ETag })
            .ShouldBeRefused(ProblemCodes.ChangedMeanwhile);
    }

    [Fact]
    public async Task It_is_a_write_like_others_staged_dry_acknowledged_and_of_one_level()
    {
        await MakeAsync("staged");
        var set = (await manager.Cluster.ChangeSets.OpenAsync("hat")).Value.Id;
        (await manager.Cluster.InChangeSet(set).SenderGroups.ImportAsync("staged", Table)).Receipt.ChangeSet.ShouldBe(set);
        (await Text.ExportAsync("staged")).Value.ShouldBe("ALL $hat\n");
        (await manager.Cluster.InChangeSet(set).SenderGroups.ExportAsync("staged")).Value.ShouldBe(Table);
        await manager.Cluster.ChangeSets.CommitAsync(set, new CommitRequest { Comment = "hat" });
        (await Text.ExportAsync("staged")).Value.ShouldBe(Table);

        await Text.ImportAsync("staged", "ALL $hat\n").ShouldBeRefused(ProblemCodes.AcknowledgementRequired);
        await Text.ImportAsync("staged", "ALL $hat\n", Weaker with { DryRun = true });
        (await Text.ExportAsync("staged")).Value.ShouldBe(Table);

        await Text.ImportAsync("staged", "ALL $hat-off\n").ShouldBeRefused(ProblemCodes.AcknowledgementRequired);
        await Text.ImportAsync("staged", "ALL $nowhere\n").ShouldBeRefused(ProblemCodes.ValidationFailed);

        var main = new WriteOptions { Level = new LevelName(LevelKind.Group, "main") };
        await Text.ImportAsync("staged", Table, main).ShouldBeRefused(ProblemCodes.NotDefinedAtLevel);
        await Listeners.HideAsync("staged", main);
        await Text.ImportAsync("staged", Table, main).ShouldBeRefused(ProblemCodes.Hidden);
        await Text.ExportAsync("staged", new ViewOptions { Level = main.Level }).ShouldBeRefused(ProblemCodes.Hidden);
        await Text.ExportAsync("none").ShouldBeRefused(ProblemCodes.NotFound);
    }

    [Fact]
    public async Task All_that_is_wrong_is_told_with_its_line_and_nothing_is_written()
    {
        await MakeAsync("wrong");
        var refused = await Text.ImportAsync("wrong", "A: sbrs[-10:-3] $hat\n\nB: dnslist[x.example], 10.1.1.1\nALL $hat\n")
            .ShouldBeRefused(ProblemCodes.InvalidDocument);

        refused.Errors!.Select(e => $"{e.Code} {e.Detail.Split(':')[0]}").Order(StringComparer.Ordinal).ShouldBe(
            ["dnslist-not-supported Line 3", "required Line 3", "sbrs-not-supported Line 1"]);
        (await Text.ExportAsync("wrong")).Value.ShouldBe("ALL $hat\n");
    }

    /// <summary>HTTP itself: media types, encodings, sizes.</summary>
    [Fact]
    public async Task Only_text_in_UTF_8_and_of_a_bounded_size_is_read()
    {
        await MakeAsync("media");
        (await PutAsync("{}"u8.ToArray(), "application/json")).ShouldBe(415);
        (await PutAsync("ALL $hat\n"u8.ToArray(), "text/plain; charset=iso-8859-1")).ShouldBe(415);
        (await PutAsync("ALL $hat\n"u8.ToArray(), "text/plain; charset=UTF-8")).ShouldBe(200);
        (await PutAsync([.. "\uFEFFALL $hat (é)\n"u8], "text/plain")).ShouldBe(200);
        (await PutAsync([(byte)'#', 0xE9, (byte)'\n'], "text/plain")).ShouldBe(422);
        (await PutAsync(new byte[(4 * 1024 * 1024) + 1], "text/plain")).ShouldBe(413);
        var shown = (await manager.Rest.GetAsync(At("listeners/media/sender-groups"))).Expect(200);
        (shown.MediaType, shown.Text).ShouldBe(("text/plain", "ALL $hat (é)\n"));
        (await manager.Rest.GetAsync(At("listeners/media/sender-groups"), ("Accept", "application/json"))).Status.ShouldBe(406);
        (await manager.Rest.GetAsync(At("listeners/media/sender-groups"), ("If-None-Match", shown.Headers["ETag"]))).Status.ShouldBe(304);
    }

    private async Task<int> PutAsync(byte[] body, string mediaType)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(mediaType);
        return (await manager.Rest.SendAsync(HttpMethod.Put, At("listeners/media/sender-groups"), content)).Status;
    }

    private async Task MakeAsync(string name)
    {
        var policies = manager.Cluster.Settings<MailFlowPolicy>();
        await policies.PutAsync("hat", new MailFlowPolicy { Tls = PolicyTls.Preferred });
        await policies.PutAsync("hat-strict", new MailFlowPolicy { Tls = PolicyTls.Required });
        await policies.PutAsync("hat-off", new MailFlowPolicy { Tls = PolicyTls.Off });
        await Listeners.PutAsync(
            name,
            new Listener
            {
                Type = ListenerType.Public,
                Port = 25,
                Hostname = "mx.example.test",
                Certificate = "demo",
                DefaultPolicy = "hat",
            });
    }
}

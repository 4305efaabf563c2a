using System.Text.Json;
using Cluster.Contracts.Settings;
using Cluster.Manager.Features.Fleet;
using Cluster.Manager.Features.Sessions.Contents;
using Cluster.Manager.Features.Sessions.Reports;
using Cluster.Manager.Tests.Hosting;
using Cluster.Protocol.V1;
using Cluster.Testing;
using Google.Protobuf;
using Shouldly;
using Xunit;

namespace Cluster.Manager.Tests.Agents;

/// <summary>What a host announces decides what it gets: changes and refusals stand in the audit, and there is a bound.</summary>
public sealed class AnnouncementTests : IAsyncLifetime
{
    private readonly TestManager host = new();

    public ValueTask InitializeAsync() => host.InitializeAsync();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task A_change_says_in_the_audit_what_is_gained_and_lost()
    {
        using var agent = await TestAgent.NewAsync(host, "mx1");
        await using (var stream = await agent.ConnectAsync())
        {
            await stream.WelcomeAsync();
            (await EventsAsync(AnnouncementGate.Action)).ShouldBeEmpty("the first announcement belongs to the join");
            await AnnounceAsync(stream, Service("in", "submission"));
            await Eventually.Is(async () => (await EventsAsync(AnnouncementGate.Action)).Count == 1, "the change is audited");
        }

        var gained = (await EventsAsync(AnnouncementGate.Action)).Single();
        gained.Actor.ShouldBe("mx1");
        gained.Target.ShouldBe("machines/mx1");
        using var expected = JsonDocument.Parse(
            """{"endpoints":{"gained":["postfix: listeners/in","postfix: listeners/submission"]}}""");
        JsonElement.DeepEquals(gained.Detail, expected.RootElement).ShouldBeTrue(gained.Detail.GetRawText());

        await using var again = await agent.ConnectAsync(change: hello => hello.Services.Add(TestAgent.Service("second")));
        await again.WelcomeAsync();
        var lost = (await EventsAsync(AnnouncementGate.Action))[1].Detail;
        lost.GetProperty("services").GetProperty("gained")[0].GetString().ShouldBe("second");
        lost.GetProperty("endpoints").GetProperty("lost").EnumerateArray().Select(l => l.GetString())
            .ShouldBe(["postfix: listeners/in", "postfix: listeners/submission"]);

        await using var same = await agent.ConnectAsync(change: hello => hello.Services.Add(TestAgent.Service("second")));
        await same.WelcomeAsync();
        (await EventsAsync(AnnouncementGate.Action)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Very_many_names_are_counted()
    {
        using var agent = await TestAgent.NewAsync(host, "mx1");
        await using var stream = await agent.ConnectAsync();
        await stream.WelcomeAsync();
        await AnnounceAsync(stream, Service([.. Enumerable.Range(0, 1000).Select(n => $"l{n:D4}")]));
        await Eventually.Is(async () => (await EventsAsync(AnnouncementGate.Action)).Count == 1, "the change is audited");

        var listeners = (await EventsAsync(AnnouncementGate.Action)).Single().Detail.GetProperty("endpoints");
        listeners.GetProperty("gained").GetArrayLength().ShouldBe(50);
        listeners.GetProperty("gainedMore").GetInt32().ShouldBe(950);
    }

    [Fact]
    public async Task A_machine_has_so_many_changes_and_the_others_are_not_taken()
    {
        using var agent = await TestAgent.NewAsync(host, "mx1");
        await using var stream = await agent.ConnectAsync();
        await stream.WelcomeAsync();
        for (var n = 1; n <= AnnouncementGate.PerHour; n++)
        {
            await AnnounceAsync(stream, Service($"l{n}"));
            var count = n;
            await Eventually.Is(async () => (await EventsAsync(AnnouncementGate.Action)).Count == count, $"change {n} is taken");
        }

        await AnnounceAsync(stream, Service("one-too-many"), 1);
        await stream.NextAsync(m => m.StatusEcho);
        await using var hello = await agent.ConnectAsync(change: h => h.Services[0].Endpoints.Add(Listener("another")));
        await hello.WelcomeAsync();
        await host.Get<MachineRefusals>().FlushAsync(CancellationToken.None);

        (await EventsAsync(AnnouncementGate.Action)).Count.ShouldBe(AnnouncementGate.PerHour);
        var refused = (await EventsAsync(AnnouncementGate.Refused)).ShouldHaveSingleItem();
        refused.Detail.GetProperty("count").GetInt32().ShouldBe(2);
        refused.Target.ShouldBe("machines/mx1");
        var announced = (await host.MachineAsync("mx1")).Capabilities.ShouldNotBeNull();
        announced.Single().Endpoints.Select(e => e.Name).ShouldBe([$"l{AnnouncementGate.PerHour}"]);
    }

    [Theory]
    [InlineData("192.0.2.10", true)]
    [InlineData("2001:db8::10", true)]
    [InlineData("192.0.2.010", false)]
    [InlineData("127.1", false)]
    [InlineData("[2001:db8::10]", false)]
    [InlineData("fe80::1%eth0", false)]
    public void The_address_of_an_endpoint_has_one_form(string address, bool taken)
    {
        var service = new ServiceAnnouncement { Name = "mail", Driver = "postfix" };
        service.Endpoints.Add(new Protocol.V1.Endpoint { Kind = Kinds.Listeners, Name = "mx", Address = address, Port = 25 });
        (Announcements.Check([service]) is null).ShouldBe(taken);
    }

    /// <summary>Unequal announcements that hash alike would change what a host gets, unseen by the audit and the bound.</summary>
    [Theory]
    [InlineData("\u0001")]
    [InlineData("\n")]
    [InlineData("\u0000")]
    public void Names_hold_no_control_characters(string character)
    {
        ServiceAnnouncement[] first =
        [
            new() { Name = $"{character}a", Driver = "postfix", Kinds = { "L", "k" } },
            new() { Name = $"{character}b", Driver = "postfix" },
        ];
        ServiceAnnouncement[] second =
        [
            new() { Name = $"{character}a", Driver = "postfix", Features = { $"{character}L", "k" } },
            new() { Name = "b", Driver = "postfix" },
        ];

        (Announcements.Check(first) is null
            && Announcements.Check(second) is null
            && Announcements.Hash(first) == Announcements.Hash(second)).ShouldBeFalse();
        foreach (var announcement in new[] { first, second })
            Announcements.Check(announcement).ShouldNotBeNull().Code.ShouldBe("announcement-invalid");
    }

    [Fact]
    public async Task Asking_for_the_content_of_another_machine_is_audited_and_for_ones_own_of_before_is_not()
    {
        using var a = await TestAgent.NewAsync(host, "mx1");
        using var b = await TestAgent.NewAsync(host, "mx2");
        await using var streamA = await a.ConnectAsync();
        await using var streamB = await b.ConnectAsync();
        await streamA.WelcomeAsync();
        await streamB.WelcomeAsync();
        await host.CommitAsync(async edits =>
        {
            await edits.Singleton<OutboundSettings>().PutAsync(new OutboundSettings { Hostname = "all.example" });
            await edits.Singleton<OutboundSettings>()
                .PutAsync(new OutboundSettings { Hostname = "b.example" }, AgentSteps.OfMachine("mx2"));
        });
        var first = await streamA.OfferAsync();
        await streamA.BeatAsync(held: TestStream.Held(first.Offer, first.Assignment));
        var other = await streamB.OfferAsync();
        await host.EndRolloutsAsync();
        await host.CommitHostnameAsync("new.example");
        await streamA.OfferAsync();

        (await streamA.AskAsync(SessionTests.PartsOf(first.Offer), [])).Refused.Count.ShouldBe(1);
        await host.Get<MachineRefusals>().FlushAsync(CancellationToken.None);
        (await EventsAsync(ContentRequests.Refused)).ShouldBeEmpty();

        (await streamA.AskAsync(SessionTests.PartsOf(other.Offer), [ByteString.CopyFrom(new byte[32])])).Refused.Count.ShouldBe(2);
        (await streamA.AskAsync(SessionTests.PartsOf(other.Offer), [])).Refused.Count.ShouldBe(1);
        await host.Get<MachineRefusals>().FlushAsync(CancellationToken.None);
        await host.Get<MachineRefusals>().FlushAsync(CancellationToken.None);
        var refused = (await EventsAsync(ContentRequests.Refused)).ShouldHaveSingleItem();
        (refused.Actor, refused.Detail.GetProperty("count").GetInt32()).ShouldBe(("mx1", 3));
    }

    private static ServiceAnnouncement Service(params string[] listeners)
    {
        var service = TestAgent.Service();
        service.Endpoints.AddRange(listeners.Select(Listener));
        return service;
    }

    private static Protocol.V1.Endpoint Listener(string name) =>
        new() { Kind = Kinds.Listeners, Name = name, Address = "127.0.0.1", Port = 25 };

    private static Task AnnounceAsync(TestStream stream, ServiceAnnouncement service, ulong status = 0) => stream.SendAsync(new AgentMessage
    {
        Heartbeat = new Heartbeat { Services = { service }, Status = status == 0 ? null : new StatusVector { Sequence = status } },
    });

    private async Task<List<(string Actor, string Target, JsonElement Detail)>> EventsAsync(string action) =>
        [
            .. (await host.Cluster.Audit.ListAsync(action: action).ToListAsync())
                .OrderBy(e => e.Sequence)
                .Select(e => (e.Actor, e.Target, e.Detail!.Value))
        ];
}

using Cluster.Contracts.Settings;
using Cluster.Testing.Fleets;
using Cluster.Testing.Postfix;
using Cluster.Testing.Processes;
using Shouldly;
using Xunit;

namespace Cluster.EndToEnd.Tests;

/// <summary>Who must use TLS at a listener: from REST to clients of a real Postfix.</summary>
public sealed class ListenerGroupTests : IAsyncLifetime
{
    private Fleet fleet = null!;
    private FleetHost gateway = null!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(Host.WhyNoPostfix.Length > 0, Host.WhyNoPostfix);
        fleet = await Fleet.StartAsync();
        gateway = await fleet.JoinAsync("gw-1", false, new PostfixOptions { Name = "postfix", Domains = ["example.test"] });
    }

    public async ValueTask DisposeAsync()
    {
        if (fleet is not null) await fleet.DisposeAsync();
    }

    [Fact]
    public async Task Three_groups_of_one_listener_each_get_their_own_policy()
    {
        await fleet.SignedCertificateAsync("mx", "mx.example.test");
        SenderGroup[] groups =
        [
            new() { Name = "appliances", Senders = ["127.0.0.2"], Policy = "off" },
            new() { Name = "partners", Senders = ["127.0.0.3-9", ".partners.example.test"], Policy = "must" },
            new() { Name = "branches", Senders = ["127.0.1."], Policy = "listed" },
        ];
        await fleet.RolloutEndedAsync(await fleet.CommitAsync(
            Edit.Put("board", new AddressList { Addresses = ["@board.example.test"] }),
            Edit.Put("plain", new MailFlowPolicy { Tls = PolicyTls.Preferred }),
            Edit.Put("off", new MailFlowPolicy { Tls = PolicyTls.Off }),
            Edit.Put("must", new MailFlowPolicy { Tls = PolicyTls.Required }),
            Edit.Put("listed", new MailFlowPolicy { Tls = PolicyTls.Preferred, TlsMandatoryFor = "board" }),
            Edit.Put("mx", Fleet.Listener("mx", "plain") with { SenderGroups = groups })));
        await gateway.InSyncAsync();

        (string Client, string From, bool Offered, string InClear, string Tls)[] wanted =
        [
            ("127.0.0.1", "a@board.example.test", true, "250", "250"), ("127.0.0.2", "a@board.example.test", false, "250", "502"),
            ("127.0.0.3", "a@example.test", true, "530", "250"), ("127.0.0.10", "a@example.test", true, "250", "250"),
            ("127.0.1.1", "a@example.test", true, "250", "250"), ("127.0.1.1", "a@board.example.test", true, "530", "250"),
        ];
        foreach (var (client, from, offered, inClear, tls) in wanted)
        {
            var play = new SmtpPlay { Source = client, From = from };
            var clear = await SmtpPlayed.AtAsync(gateway.Postfix.Port, play);
            (client, from, clear.OffersTls, clear.Code).ShouldBe((client, from, offered, inClear));
            (client, from, (await SmtpPlayed.AtAsync(gateway.Postfix.Port, play with { Tls = true })).Code).ShouldBe((client, from, tls));
        }
    }
}

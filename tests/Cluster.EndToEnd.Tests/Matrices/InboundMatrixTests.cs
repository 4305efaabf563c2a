using System.Collections.Concurrent;
using System.Net.Security;
using System.Text.RegularExpressions;
using Cluster.Contracts.Settings;
using Cluster.Testing.Fleets;
using Cluster.Testing.Network;
using Cluster.Testing.Postfix;
using Shouldly;
using Xunit;

namespace Cluster.EndToEnd.Tests.Matrices;

/// <summary>
/// Each policy of incoming mail, by listener and by sender group, against each behaviour of clients, which are hosts of their own with
/// addresses and with names in DNS.
/// </summary>
public sealed class InboundMatrixTests
{
    private static readonly InboundListener FewGroups = new(
        "groups",
        InboundPolicy.Required,
        ("10.80.0.1", InboundPolicy.Off),
        ("10.80.40.5-20", InboundPolicy.Verified),
        ("mail.partner.test", InboundPolicy.Listed),
        ("ALL", InboundPolicy.Required));

    private static readonly InboundCell[] Few =
    [
        InboundCell.Whole(InboundPolicy.Off, ClientTls.Unasked, ClientCertificate.None),
        InboundCell.Whole(InboundPolicy.Preferred, ClientTls.None, ClientCertificate.None),
        InboundCell.Whole(InboundPolicy.Required, ClientTls.None, ClientCertificate.None),
        InboundCell.Whole(InboundPolicy.Verified, ClientTls.WhereOffered, ClientCertificate.Untrusted),
        .. InboundCell.Of(FewGroups, InboundClient.Of("address"), InboundPolicy.Off),
        .. InboundCell.Of(FewGroups, InboundClient.Of("range-last"), InboundPolicy.Verified),
        .. InboundCell.Of(FewGroups, InboundClient.Of("name"), InboundPolicy.Listed),
        .. InboundCell.Of(FewGroups, InboundClient.Of("forged"), InboundPolicy.Required),
    ];

    [Fact]
    public Task Mail_is_taken_or_refused_as_the_table_says() => HoldsAsync(Few);

    [Fact]
    [Trait("Category", "Full")]
    public Task Each_cell_of_the_table_holds() => HoldsAsync(InboundCell.OfWholeListeners);

    [Fact]
    [Trait("Category", "Full")]
    public Task Each_client_meets_the_policy_of_the_first_group_that_matches() => HoldsAsync(InboundCell.OfGroups);

    private static async Task HoldsAsync(IReadOnlyList<InboundCell> cells)
    {
        await using var matrix = await MatrixFleet.StartAsync();
        var hosts = new Dictionary<string, NetworkHost>();
        foreach (var client in cells.Select(c => c.Client).DistinctBy(c => c.Name)) hosts[client.Name] = await AddAsync(matrix, client);
        InboundListener[] listeners = [.. cells.Select(c => c.Listener).DistinctBy(l => l.Name)];
        await matrix.JoinAsync([new DnsZone("test")], new PostfixOptions
        {
            Listeners = [.. listeners.Select(l => l.Name)],
            Domains = ["gw.test"],
            Wrapped = [.. listeners.Where(l => l.IsWrapped).Select(l => l.Name)],
            OverIPv6 = [.. listeners.Where(l => l.IsOverIPv6).Select(l => l.Name)],
            MainCf = ["smtpd_sasl_auth_enable = yes"],
        });
        await matrix.Fleet.SignedCertificateAsync("mx", "gw.test");
        await matrix.Fleet.RolloutEndedAsync(await matrix.Fleet.CommitAsync(
        [
            Edit.Put(new TrustSettings { UseSystem = false }),
            Edit.Put("listed", new AddressList { Addresses = ["@listed.test"] }),
            .. listeners.SelectMany(l => l.Policies).Distinct().Select(
                p => Edit.Put(InboundListener.NameOf(p), InboundCell.SettingsOf(p))),
            .. listeners.Select(l => Edit.Put(l.Name, l.Settings)),
        ]));
        await matrix.Gateway.InSyncAsync();

        (await WrongAsync(matrix, hosts, cells)).ShouldBeEmpty();
    }

    private static Task<NetworkHost> AddAsync(MatrixFleet matrix, InboundClient client) => matrix.Network.AddHostAsync(
        client.Name,
        client.Place,
        client.HasPointer ? client.DnsName : null,
        client is { DnsName: { } name, HasAddressRecord: true } ? [name] : []);

    private static async Task<IReadOnlyList<string>> WrongAsync(
        MatrixFleet matrix, IReadOnlyDictionary<string, NetworkHost> hosts, IReadOnlyList<InboundCell> cells)
    {
        var shown = new Dictionary<ClientCertificate, SslStreamCertificateContext?>
        {
            [ClientCertificate.None] = null,
            [ClientCertificate.Good] = matrix.ChainOf(trusted: true, expired: false, "mail.partner.test"),
            [ClientCertificate.Untrusted] = matrix.ChainOf(trusted: false, expired: false, "mail.partner.test"),
            [ClientCertificate.Expired] = matrix.ChainOf(trusted: true, expired: true, "mail.partner.test"),
        };
        var wrong = new ConcurrentQueue<string>();
        var several = new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = TestContext.Current.CancellationToken };
        await Parallel.ForEachAsync(cells, several, async (cell, _) =>
        {
            var attempted = await new SmtpAttempt
            {
                From = hosts[cell.Client.Name],
                To = matrix.Gateway.Postfix.EndPoints[cell.Listener.Name],
                Tls = cell.Tls,
                Certificate = shown[cell.Certificate],
                Sender = cell.Sender,
                Recipient = "u@gw.test",
            }.MakeAsync();
            if (!Regex.IsMatch(attempted.Answer, cell.Expected))
                wrong.Enqueue($"{cell}: expected {cell.Expected}, the client saw {attempted.Answer}");
            if (cell.ExpectsAuth is { } auth && attempted.OffersAuth != auth)
                wrong.Enqueue($"{cell}: expected AUTH {(auth ? "" : "not ")}to be offered, the client saw {attempted.Hello}");
        });
        return [.. wrong];
    }
}

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

/// <summary>Each policy of incoming mail against each behaviour of a client, which is a host of its own with a name in DNS.</summary>
public sealed class InboundMatrixTests
{
    private static readonly InboundCell[] Few =
    [
        new(InboundPolicy.Off, ClientTls.Unasked, ClientCertificate.None),
        new(InboundPolicy.Preferred, ClientTls.None, ClientCertificate.None),
        new(InboundPolicy.Required, ClientTls.None, ClientCertificate.None),
        new(InboundPolicy.Verified, ClientTls.WhereOffered, ClientCertificate.Untrusted),
    ];

    [Fact]
    public Task Mail_is_taken_or_refused_as_the_table_says() => HoldsAsync(Few);

    [Fact]
    [Trait("Category", "Full")]
    public Task Each_cell_of_the_table_holds() => HoldsAsync(InboundCell.All);

    private static async Task HoldsAsync(IReadOnlyList<InboundCell> cells)
    {
        await using var matrix = await MatrixFleet.StartAsync();
        var client = await matrix.Network.AddHostAsync("client", "partner.beta.test");
        string[] listeners = [.. cells.Select(c => c.Listener).Distinct()];
        await matrix.JoinAsync([], new PostfixOptions
        {
            Listeners = listeners,
            Domains = ["gw.test"],
            Wrapped = [.. cells.Where(c => c.Tls == ClientTls.FromTheStart).Select(c => c.Listener)],
        });
        await matrix.Fleet.SignedCertificateAsync("mx", "gw.test");
        var policies = cells.Select(c => c.Policy).Distinct();
        await matrix.Fleet.RolloutEndedAsync(await matrix.Fleet.CommitAsync(
        [
            Edit.Put(new TrustSettings { UseSystem = false }),
            .. policies.Select(p => Edit.Put(InboundCell.NameOf(p, false), InboundCell.PolicyOf(p))),
            .. cells.DistinctBy(c => c.Listener).Select(c => Edit.Put(c.Listener, ListenerOf(c))),
        ]));
        await matrix.Gateway.InSyncAsync();

        (await WrongAsync(matrix, client, cells)).ShouldBeEmpty();
    }

    private static Listener ListenerOf(InboundCell cell) => new()
    {
        Type = ListenerType.Private,
        Port = 25,
        Hostname = "gw.test",
        Certificate = cell.Policy == InboundPolicy.Off ? null : "mx",
        DefaultPolicy = InboundCell.NameOf(cell.Policy, false),
    };

    private static async Task<IReadOnlyList<string>> WrongAsync(MatrixFleet matrix, NetworkHost client, IReadOnlyList<InboundCell> cells)
    {
        var shown = new Dictionary<ClientCertificate, SslStreamCertificateContext?>
        {
            [ClientCertificate.None] = null,
            [ClientCertificate.Good] = matrix.ChainOf(trusted: true, expired: false, "partner.beta.test"),
            [ClientCertificate.Untrusted] = matrix.ChainOf(trusted: false, expired: false, "partner.beta.test"),
            [ClientCertificate.Expired] = matrix.ChainOf(trusted: true, expired: true, "partner.beta.test"),
        };
        var wrong = new ConcurrentQueue<string>();
        await Parallel.ForEachAsync(cells, TestContext.Current.CancellationToken, async (cell, _) =>
        {
            var answer = await SmtpAttempt.MailAsync(
                client, matrix.Host.Address, matrix.Gateway.Postfix.Ports[cell.Listener], "u@gw.test", cell.Tls, shown[cell.Certificate]);
            if (!Regex.IsMatch(answer, cell.Expected)) wrong.Enqueue($"{cell}: expected {cell.Expected}, the client saw {answer}");
        });
        return [.. wrong];
    }
}

using System.Security.Cryptography.X509Certificates;
using Cluster.Contracts.Settings;
using Cluster.Pki.Keys;
using Cluster.Testing;
using Cluster.Testing.Authorities;
using Cluster.Testing.Fleets;
using Cluster.Testing.Network;
using Cluster.Testing.Postfix;
using Cluster.Testing.Programs;
using Xunit;

namespace Cluster.EndToEnd.Tests.Matrices;

/// <summary>
/// A gateway with Postfix and agent, and a server of each kind of peer, each on a host of its own on port 25, with MX records for the
/// domain of each cell.
/// </summary>
internal sealed class OutboundNetwork : IAsyncDisposable
{
    private readonly IReadOnlyList<OutboundCell> cells;
    private readonly TestCa stranger = new("Stranger");
    private readonly Dictionary<Peer, MailSink> sinks = [];
    private readonly Stack<IAsyncDisposable> parts = new();
    private readonly TestNetwork network;
    private Fleet fleet = null!;
    private FleetHost gateway = null!;

    private OutboundNetwork(TestNetwork network, IReadOnlyList<OutboundCell> cells)
    {
        this.cells = cells;
        this.network = network;
        parts.Push(network);
    }

    /// <summary>Starts what the cells need, and applies their controls.</summary>
    internal static async Task<OutboundNetwork> StartAsync(IReadOnlyList<OutboundCell> cells)
    {
        Assert.SkipWhen(TestNetwork.WhyNone.Length > 0, TestNetwork.WhyNone);
        Assert.SkipWhen(Testing.Processes.Host.WhyNoPostfix.Length > 0, Testing.Processes.Host.WhyNoPostfix);
        var started = new OutboundNetwork(await TestNetwork.CreateAsync(), cells);
        try
        {
            await started.StartAsync();
            return started;
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes the default row, and waits until the gateway has it.</summary>
    internal async Task SetDefaultAsync(DestinationTls mode)
    {
        await fleet.RolloutEndedAsync(
            await fleet.CommitAsync(Edit.Put(DestinationControl.DefaultName, new DestinationControl { Tls = mode })));
        await gateway.InSyncAsync();
    }

    /// <summary>Sends a message for each cell, all in flight at once, and says what came otherwise than it should.</summary>
    internal async Task<IReadOnlyList<string>> WrongAsync(IReadOnlyList<OutboundCell> sent)
    {
        foreach (var cell in sent) await gateway.Postfix.SendAsync("a@gw.test", cell.Recipient);
        await Eventually.Has(
            () => Task.FromResult(Attempts(sent)), a => a.Count == sent.Count, "each message was tried", a => $"{a.Count} were");
        var attempts = Attempts(sent);
        return [.. sent.Select(cell => Judge(cell, attempts[cell])).OfType<string>()];
    }

    public async ValueTask DisposeAsync()
    {
        while (parts.TryPop(out var part)) await part.DisposeAsync();
        stranger.Dispose();
    }

    private async Task StartAsync()
    {
        var host = await network.AddHostAsync("gw", "gw.test");
        fleet = Keep(await Fleet.StartAsync());
        foreach (var group in cells.GroupBy(c => c.Peer)) await AddPeerAsync(group.Key, [.. group]);
        Keep(await SignedDns.StartAsync(
            network, new DnsZone("test", [.. cells.Select(c => $"{c.Domain}. MX 10 {c.Exchanger}.")])));
        Keep(new LoopbackRelay(host, int.Parse(fleet.Manager.AgentsAddress.Split(':')[1])));
        gateway = await fleet.NewHostAsync(
            new AgentOptions { Name = "gw", On = host }, new PostfixOptions { Name = "postfix", Hostname = "gw.test", On = host });
        await gateway.JoinAsync();
        gateway.Agent.Start();
        await gateway.ConnectedAsync();
        await fleet.Cluster.Authorities.ImportAsync("own", fleet.Authority.Root.Der, "application/pkix-cert");
        var controls = cells.Select(c => c.Control).OfType<(string Name, DestinationControl Control)>();
        await fleet.RolloutEndedAsync(await fleet.CommitAsync(
            [Edit.Put(new TrustSettings { UseSystem = false }), .. controls.Select(c => Edit.Put(c.Name, c.Control))]));
        await gateway.InSyncAsync();
    }

    private async Task AddPeerAsync(Peer peer, IReadOnlyList<OutboundCell> itsCells)
    {
        string[] names = [.. itsCells.Select(c => c.Exchanger).Distinct()];
        var host = await network.AddHostAsync(peer.ToString().ToLowerInvariant(), names);
        var habit = peer switch
        {
            Peer.HasNoEhlo => SinkHabit.HasNoEhlo,
            Peer.RefusesStartTls => SinkHabit.RefusesStartTls,
            Peer.FailsHandshakes => SinkHabit.FailsHandshakes,
            _ => SinkHabit.None,
        };
        var authority = peer == Peer.Untrusted ? stranger : fleet.Authority;
        var sink = new MailSink(peer == Peer.OffersNoStartTls ? null : Certificate(peer, authority, names), new SinkOptions
        {
            Habit = habit,
            Listening = host.Listen(25),
            Intermediates = [X509CertificateLoader.LoadCertificate(authority.Intermediate.Der.Span)],
        });
        sinks[peer] = Keep(sink);
    }

    private static X509Certificate2 Certificate(Peer peer, TestCa authority, string[] names)
    {
        using var key = PrivateKeyMaterial.Generate(KeySpecification.EcP256);
        var order = authority.Leaf(key.Public, peer == Peer.WrongName ? ["mx.elsewhere.test"] : names, validFor: null);
        if (peer == Peer.Expired) order = order with { NotBefore = order.NotBefore.AddDays(-60), NotAfter = order.NotBefore };
        using var pair = key.PairWith(authority.Issue(order).Der.Span);
        return X509CertificateLoader.LoadPkcs12(pair.Export(X509ContentType.Pkcs12), null);
    }

    // The last line of the log for each recipient.
    private Dictionary<OutboundCell, string> Attempts(IReadOnlyList<OutboundCell> sent)
    {
        var lines = gateway.Postfix.Log.Split('\n').Where(l => l.Contains(" status=", StringComparison.Ordinal)).ToList();
        return sent
            .Select(cell => (Cell: cell, Line: lines.Find(l => l.Contains($" to=<{cell.Recipient}>,", StringComparison.Ordinal))))
            .Where(a => a.Line is not null)
            .ToDictionary(a => a.Cell, a => a.Line!);
    }

    private string? Judge(OutboundCell cell, string attempt)
    {
        var taken = sinks[cell.Peer].Taken.Where(m => m.Recipient == cell.Recipient).ToList();
        var came = taken.Count == 0 ? Delivery.Nowhere : taken.All(m => m.Encrypted) ? Delivery.Encrypted : Delivery.InClear;
        var logged = cell.Expected == Delivery.Nowhere ? $"status=deferred .*{cell.Reason}" : "status=sent";
        return came == cell.Expected && System.Text.RegularExpressions.Regex.IsMatch(attempt, logged)
            ? null
            : $"{cell}: expected {cell.Expected}, came {came}; {attempt}";
    }

    private T Keep<T>(T part)
        where T : IAsyncDisposable
    {
        parts.Push(part);
        return part;
    }
}

using System.Text.RegularExpressions;
using Cluster.Contracts.Settings;
using Cluster.Testing;
using Cluster.Testing.Fleets;
using Cluster.Testing.Postfix;

namespace Cluster.EndToEnd.Tests.Matrices;

/// <summary>
/// A gateway with Postfix and agent, and a server of each kind of peer, each on a host of its own on port 25, with MX records for the
/// domain of each cell.
/// </summary>
internal sealed class OutboundNetwork : IAsyncDisposable
{
    private readonly Dictionary<Peer, MailSink> sinks = [];
    private readonly MatrixFleet matrix;

    private OutboundNetwork(MatrixFleet matrix) => this.matrix = matrix;

    /// <summary>Starts what the cells need, and applies their controls.</summary>
    internal static async Task<OutboundNetwork> StartAsync(IReadOnlyList<OutboundCell> cells)
    {
        var started = new OutboundNetwork(await MatrixFleet.StartAsync());
        try
        {
            await started.ApplyAsync(cells);
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
        await matrix.Fleet.RolloutEndedAsync(
            await matrix.Fleet.CommitAsync(Edit.Put(DestinationControl.DefaultName, new DestinationControl { Tls = mode })));
        await matrix.Gateway.InSyncAsync();
    }

    /// <summary>Sends a message for each cell, all in flight at once, and says what came otherwise than it should.</summary>
    internal async Task<IReadOnlyList<string>> WrongAsync(IReadOnlyList<OutboundCell> sent)
    {
        foreach (var cell in sent) await matrix.Gateway.Postfix.SendAsync("a@gw.test", cell.Recipient);
        await Eventually.Has(
            () => Task.FromResult(Attempts(sent)), a => a.Count == sent.Count, "each message was tried", a => $"{a.Count} were");
        var attempts = Attempts(sent);
        return [.. sent.Select(cell => Judge(cell, attempts[cell])).OfType<string>()];
    }

    public ValueTask DisposeAsync() => matrix.DisposeAsync();

    private async Task ApplyAsync(IReadOnlyList<OutboundCell> cells)
    {
        foreach (var group in cells.GroupBy(c => c.Peer)) await AddPeerAsync(group.Key, [.. group.Select(c => c.Exchanger).Distinct()]);
        await matrix.JoinAsync([.. cells.Select(c => $"{c.Domain}. MX 10 {c.Exchanger}.")], new PostfixOptions());
        var controls = cells.Select(c => c.Control).OfType<(string Name, DestinationControl Control)>();
        await matrix.Fleet.RolloutEndedAsync(await matrix.Fleet.CommitAsync(
            [Edit.Put(new TrustSettings { UseSystem = false }), .. controls.Select(c => Edit.Put(c.Name, c.Control))]));
        await matrix.Gateway.InSyncAsync();
    }

    private async Task AddPeerAsync(Peer peer, string[] names)
    {
        var host = await matrix.Network.AddHostAsync(peer.ToString().ToLowerInvariant(), names);
        var trusted = peer != Peer.Untrusted;
        var certificate = matrix.Certificate(trusted, peer == Peer.Expired, peer == Peer.WrongName ? ["mx.elsewhere.test"] : names);
        var options = new SinkOptions
        {
            Habit = peer switch
            {
                Peer.HasNoEhlo => SinkHabit.HasNoEhlo,
                Peer.RefusesStartTls => SinkHabit.RefusesStartTls,
                Peer.FailsHandshakes => SinkHabit.FailsHandshakes,
                _ => SinkHabit.None,
            },
            Listening = host.Listen(25),
            Intermediates = matrix.Intermediates(trusted),
        };
        sinks[peer] = matrix.Keep(new MailSink(peer == Peer.OffersNoStartTls ? null : certificate, options));
    }

    // The last line of the log for each recipient.
    private Dictionary<OutboundCell, string> Attempts(IReadOnlyList<OutboundCell> sent)
    {
        var lines = matrix.Gateway.Postfix.Log.Split('\n').Where(l => l.Contains(" status=", StringComparison.Ordinal)).ToList();
        return sent
            .Select(cell => (Cell: cell, Line: lines.Find(l => l.Contains($" to=<{cell.Recipient}>,", StringComparison.Ordinal))))
            .Where(a => a.Line is not null)
            .ToDictionary(a => a.Cell, a => a.Line!);
    }

    private string? Judge(OutboundCell cell, string attempt)
    {
        var taken = sinks[cell.Peer].Taken.Where(m => m.Recipient == cell.Recipient).ToList();
        var came = (taken.Count, taken.All(m => m.Encrypted)) switch
        {
            (0, _) => Delivery.Nowhere,
            (_, true) => Delivery.Encrypted,
            _ => Delivery.InClear,
        };
        var logged = cell.Expected == Delivery.Nowhere ? $"status=deferred .*{cell.Reason}" : "status=sent";
        return came == cell.Expected && Regex.IsMatch(attempt, logged)
            ? null
            : $"{cell}: expected {cell.Expected}, came {came}; {attempt}";
    }
}

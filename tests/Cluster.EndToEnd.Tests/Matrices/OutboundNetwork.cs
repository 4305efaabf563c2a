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
internal sealed partial class OutboundNetwork : IAsyncDisposable
{
    private const string ClientName = "client.gw.test";
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
    internal async Task SetDefaultAsync(DestinationControl control)
    {
        await matrix.Fleet.RolloutEndedAsync(await matrix.Fleet.CommitAsync(Edit.Put(DestinationControl.DefaultName, control)));
        await matrix.Gateway.InSyncAsync();
    }

    /// <summary>Sends a message for each cell, all in flight at once, and says what came otherwise than it should.</summary>
    internal async Task<IReadOnlyList<string>> WrongAsync(IReadOnlyList<OutboundCell> sent)
    {
        foreach (var some in sent.Chunk(40)) await matrix.Gateway.Postfix.SendAsync("a@gw.test", [.. some.Select(c => c.Recipient)]);
        await Eventually.Has(
            () => Task.FromResult(Attempts(sent)), a => a.Count == sent.Count, "each message was tried", a => $"{a.Count} were");
        var attempts = Attempts(sent);
        return [.. sent.Select(cell => Judge(cell, attempts[cell])).OfType<string>()];
    }

    public ValueTask DisposeAsync() => matrix.DisposeAsync();

    private async Task ApplyAsync(IReadOnlyList<OutboundCell> cells)
    {
        List<string> records = [.. cells.Where(c => c.Shape.HasMx).Select(c => $"{c.Domain}. MX 10 {c.Exchanger}.")];
        foreach (var group in cells.GroupBy(c => c.Peer))
            records.AddRange(await AddPeerAsync(group.Key, [.. group.Select(c => c.Exchanger).Distinct()]));
        await matrix.JoinAsync(PeerShape.Zones(records), new PostfixOptions { MainCf = ["queue_run_delay = 1h"] });
        if (cells.Any(c => c.ShowsCertificate)) await matrix.Fleet.SignedCertificateAsync(OutboundCell.ClientCertificate, ClientName);
        var controls = cells.Select(c => c.Control).OfType<(string Name, DestinationControl Control)>();
        await matrix.Fleet.RolloutEndedAsync(await matrix.Fleet.CommitAsync(
            [Edit.Put(new TrustSettings { UseSystem = false }), .. controls.Select(c => Edit.Put(c.Name, c.Control))]));
        await matrix.Gateway.InSyncAsync();
    }

    // Returns its TLSA records.
    private async Task<IEnumerable<string>> AddPeerAsync(Peer peer, string[] names)
    {
        var shape = PeerShape.Of(peer);
        var host = await matrix.Network.AddHostAsync(peer.ToString().ToLowerInvariant(), names);
        var certificate = matrix.Certificate(shape.IsTrusted, shape.IsExpired, shape.HasItsName ? names : ["mx.elsewhere.test"]);
        var other = matrix.Certificate(shape.IsTrusted, expired: false, names);
        var options = new SinkOptions
        {
            Habit = shape.Habit,
            Listening = host.Listen(25),
            Intermediates = matrix.Intermediates(shape.IsTrusted),
            Demand = shape.Demand,
        };
        sinks[peer] = matrix.Keep(new MailSink(shape.OffersTls ? certificate : null, options));
        return [.. names.SelectMany(name => shape.Keys(name, certificate, options.Intermediates[0], other))];
    }

    // The first line of the log with a result for each recipient.
    private Dictionary<OutboundCell, string> Attempts(IReadOnlyList<OutboundCell> sent)
    {
        var lines = matrix.Gateway.Postfix.Log.Split('\n').Where(l => l.Contains(" status=", StringComparison.Ordinal)).ToList();
        return sent
            .Select(cell => (Cell: cell, Line: lines.Find(l => l.Contains($" to=<{cell.Recipient}>,", StringComparison.Ordinal))))
            .Where(a => a.Line is not null)
            .ToDictionary(a => a.Cell, a => a.Line!);
    }

    // What the process that delivered it said of its connection: the host of a hoster takes the mail of several cells.
    private bool IsVerified(OutboundCell cell, string attempt)
    {
        var process = Process().Match(attempt).Value;
        var tls = matrix.Gateway.Postfix.Log.Split('\n')
            .TakeWhile(l => l != attempt)
            .LastOrDefault(l => l.Contains(process, StringComparison.Ordinal)
                && l.Contains($" TLS connection established to {cell.Exchanger}[", StringComparison.OrdinalIgnoreCase));
        return tls?.Contains($"{process}{cell.LoggedAs} TLS ", StringComparison.Ordinal) is true;
    }

    private string? Judge(OutboundCell cell, string attempt)
    {
        var taken = sinks[cell.Peer].Taken.Where(m => m.Recipient == cell.Recipient).ToList();
        var came = (taken.Count, taken.All(m => m.Encrypted)) switch
        {
            (0, _) => Delivery.Nowhere,
            (_, true) => IsVerified(cell, attempt) ? Delivery.Verified : Delivery.Encrypted,
            _ => Delivery.InClear,
        };
        var shown = cell.ShowsCertificate ? $"CN={ClientName}" : null;
        if (taken.Find(m => m.Client != shown) is { } other)
            return $"{cell}: expected client certificate {shown ?? "none"}, was shown {other.Client ?? "none"}";
        var logged = cell.Expected == Delivery.Nowhere ? $"status=deferred .*{cell.Reason}" : "status=sent";
        return came == cell.Expected && Regex.IsMatch(attempt, logged)
            ? null
            : $"{cell}: expected {cell.Expected}, came {came}; {attempt}";
    }

    [GeneratedRegex(@" postfix/smtp\[\d+\]: ")]
    private static partial Regex Process();
}

using Cluster.Contracts.Json;
using Cluster.Contracts.Settings;

namespace Cluster.Verification.Tls;

/// <summary>
/// Shows that a server takes the versions and suites that it shall, and no others: each version by itself, each named suite by itself,
/// all suites that are not named, and the order of preference.
/// </summary>
/// <param name="connect">Opens a connection up to the point where TLS begins; each question takes one.</param>
/// <param name="timeout">Limit for each question.</param>
public sealed class TlsRangeProbe(Func<CancellationToken, Task<Stream>> connect, TimeSpan timeout)
{
    /// <summary>Asks everything once.</summary>
    /// <param name="range">What shall be.</param>
    /// <param name="serverName">Server name indication; null = none is sent.</param>
    /// <param name="ct">Stops it.</param>
    /// <returns>What is wrong, as one sentence; null when all is as it shall be.</returns>
    public async Task<string?> LookAsync(TlsRange range, string? serverName, CancellationToken ct)
    {
        foreach (var version in Enum.GetValues<TlsVersion>())
        {
            var usable = range.Usable(version);
            var offer = new HelloOffer { Version = version, ServerName = serverName, KeyKinds = range.KeyKinds };
            if (usable.Count > 0 && range.Takes(version)) offer = offer with { Suites = [.. usable.Select(s => s.Code)] };
            if (await VersionAsync(offer, range.Takes(version), ct) is { } wrong) return wrong;
        }

        foreach (var version in range.NewestOfEachSort().Where(v => range.Named(v).Count > 0))
        {
            if (await SuitesAsync(range, version, serverName, ct) is { } wrong) return wrong;
        }

        return null;
    }

    private async Task<string?> VersionAsync(HelloOffer offer, bool isTaken, CancellationToken ct)
    {
        var (answer, broken) = await AskAsync(offer, ct);
        if (answer is null) return broken;
        if (answer.IsAccepted == isTaken) return null;
        var name = EnumNames.Of(offer.Version);
        return isTaken
            ? $"A client of {name} is refused: {answer.Refusal}."
            : $"A client of {name} is taken, which is not among the versions.";
    }

    private async Task<string?> SuitesAsync(TlsRange range, TlsVersion version, string? serverName, CancellationToken ct)
    {
        var usable = range.Usable(version);
        var offer = new HelloOffer { Version = version, ServerName = serverName, KeyKinds = range.KeyKinds };
        foreach (var suite in usable)
        {
            var (answer, broken) = await AskAsync(offer with { Suites = [suite.Code] }, ct);
            if (answer is not { IsAccepted: true })
                return broken ?? $"A client of {EnumNames.Of(version)} that offers {suite.Name} is refused: {answer!.Refusal}.";
        }

        // A client that offers both, and would rather have what is named last, is given what is named first.
        var all = offer with { Suites = [.. usable.Reverse().Select(s => s.Code)] };
        if (usable.Count > 0 && await FirstAsync(all, usable[0], ct) is { } other) return other;
        var others = CipherSuites.OthersThan(range.Named(version));
        if (others.Count == 0) return null;
        var (taken, unclear) = await AskAsync(offer with { Suites = others, KeyKinds = KeyKinds.Any }, ct);
        if (taken is null) return unclear;
        return taken.IsAccepted ? $"The cipher {CipherSuites.NameOf(taken.Suite)} is taken, which is not among those named." : null;
    }

    private async Task<string?> FirstAsync(HelloOffer offer, CipherSuite wanted, CancellationToken ct)
    {
        var (answer, broken) = await AskAsync(offer, ct);
        if (answer is not { IsAccepted: true }) return broken ?? $"A client that offers every named cipher is refused: {answer!.Refusal}.";
        return answer.Suite == wanted.Code
            ? null
            : $"The cipher {CipherSuites.NameOf(answer.Suite)} is preferred to {wanted.Name}, which is named first.";
    }

    private async Task<(ServerHelloSeen? Answer, string? Broken)> AskAsync(HelloOffer offer, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(timeout);
        try
        {
            await using var connection = await connect(limit.Token);
            return (await ClientHelloProbe.AskAsync(connection, offer, limit.Token), null);
        }
        catch (Exception e) when (ProbeFailure.IsExpected(e) && !ct.IsCancellationRequested)
        {
            return (null, $"Asked for {EnumNames.Of(offer.Version)}: {ProbeFailure.Describe(e, timeout)}");
        }
    }
}

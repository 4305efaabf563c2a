using System.Net;
using Cluster.Pki.Names;
using DnsClient;
using DnsClient.Protocol;

namespace Cluster.Verification.Dns;

/// <summary>Looks up the MX records of a domain (RFC 5321, 5.1). Nothing is kept: whoever asks decides how long an answer holds.</summary>
public sealed class MxLookup
{
    /// <summary>How many hosts of an answer are kept: the most preferred. Whoever owns the domain decides how many there are.</summary>
    public const int MostHosts = 50;

    private readonly RecordLookup records;

    /// <summary>Asks a resolver.</summary>
    /// <param name="server">The resolver; null = those that the host's own configuration names.</param>
    public MxLookup(IPEndPoint? server)
        : this(new RecordLookup(server is null ? null : [server]))
    {
    }

    /// <summary>Asks as a look-up of records does.</summary>
    internal MxLookup(RecordLookup records) => this.records = records;

    /// <summary>Asks once, and once more when the answer gets lost.</summary>
    /// <param name="domain">A-labels.</param>
    /// <param name="ct">Stops it.</param>
    public async Task<MxSeen> QueryAsync(string domain, CancellationToken ct)
    {
        var seen = await records.QueryAsync(domain, QueryType.MX, ct);
        return seen.State switch
        {
            RecordsState.Answered => Read(seen.Records.MxRecords()) with { Validated = seen.Validated },
            RecordsState.NoName => new MxSeen(MxState.NoDomain, []) { Validated = seen.Validated },
            _ => MxSeen.Nothing,
        };
    }

    // Records of which none can be used are not the absence of records, which would let mail go to the domain itself (RFC 5321, 5.1).
    private static MxSeen Read(IEnumerable<MxRecord> found)
    {
        var records = found.ToList();
        if (records.Count == 0) return new MxSeen(MxState.NoRecords, []);
        var preferred = records.OrderBy(r => r.Preference).ThenBy(r => r.Exchange.Value, StringComparer.Ordinal);
        var hosts = preferred.Select(r => Host(r.Exchange.Value)).OfType<string>().Distinct().ToList();
        if (hosts.Count == 0) return MxSeen.Nothing;
        return new MxSeen(MxState.Found, [.. hosts.Take(MostHosts)], Math.Max(0, hosts.Count - MostHosts));
    }

    // The root alone says that no mail is taken (RFC 7505); what is no host name cannot be connected to.
    private static string? Host(string exchange)
    {
        if (exchange == ".") return "";
        return DnsNames.TryNormalise(exchange, out var name) ? name : null;
    }
}

/// <summary>What a look-up of MX records gave.</summary>
public enum MxState
{
    /// <summary>No resolver answered, or with names only that are none of hosts.</summary>
    Unknown,

    /// <summary>There are hosts.</summary>
    Found,

    /// <summary>The domain exists and has no MX records.</summary>
    NoRecords,

    /// <summary>The domain does not exist.</summary>
    NoDomain,
}

/// <summary>What was seen.</summary>
/// <param name="State">Which of the cases.</param>
/// <param name="Hosts">Normalised names, most preferred first; one empty name = the domain takes no mail.</param>
/// <param name="More">How many hosts were left out.</param>
public sealed record MxSeen(MxState State, IReadOnlyList<string> Hosts, int More = 0)
{
    /// <summary>Whether the resolver says that it validated the answer; only known when signatures were asked for.</summary>
    public bool Validated { get; init; }

    internal static MxSeen Nothing { get; } = new(MxState.Unknown, []);
}

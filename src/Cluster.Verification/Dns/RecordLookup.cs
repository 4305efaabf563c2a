using System.Net;
using System.Net.Sockets;
using DnsClient;
using DnsClient.Protocol;

namespace Cluster.Verification.Dns;

/// <summary>Asks resolvers for records. Nothing is kept: whoever asks decides how long an answer holds.</summary>
/// <param name="servers">The resolvers, asked one after the other; null = those that the host's own configuration names.</param>
/// <param name="signed">Whether signatures are asked for, so that a resolver says whether it validated the answer.</param>
internal sealed class RecordLookup(IReadOnlyList<IPEndPoint>? servers, bool signed = false)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <summary>Asks once, and once more when the answer gets lost.</summary>
    /// <param name="name">A-labels, without a final dot.</param>
    /// <param name="type">Which records.</param>
    /// <param name="ct">Stops it.</param>
    public async Task<RecordsSeen> QueryAsync(string name, QueryType type, CancellationToken ct)
    {
        try
        {
            if (Client() is not { } client) return RecordsSeen.Nothing;
            // The final dot keeps search lists out.
            var answer = await client.QueryAsync(name + ".", type, cancellationToken: ct);
            return answer.Header.ResponseCode switch
            {
                DnsHeaderResponseCode.NoError => new RecordsSeen(RecordsState.Answered, answer.Header.IsAuthenticData, answer.Answers),
                DnsHeaderResponseCode.NotExistentDomain => new RecordsSeen(RecordsState.NoName, answer.Header.IsAuthenticData, []),
                _ => RecordsSeen.Nothing,
            };
        }
        catch (Exception e) when (e is DnsResponseException or SocketException or IOException
            or InvalidOperationException or ArgumentException or OperationCanceledException)
        {
            ct.ThrowIfCancellationRequested();
            return RecordsSeen.Nothing;
        }
    }

    // The host's own resolvers may change while the program runs.
    private LookupClient? Client()
    {
        NameServer[] asked = servers is not null
            ? [.. servers.Select(s => new NameServer(s))]
            : [.. NameServer.ResolveNameServers(skipIPv6SiteLocal: true, fallbackToGooglePublicDns: false)];
        if (asked.Length == 0) return null;
        return new LookupClient(new LookupClientOptions(asked)
        {
            Timeout = Timeout,
            Retries = 1,
            UseCache = false,
            ThrowDnsErrors = false,
            UseTcpFallback = true,
            UseRandomNameServer = false,
            RequestDnsSecRecords = signed,
        });
    }
}

/// <summary>What a question for records gave.</summary>
internal enum RecordsState
{
    /// <summary>No resolver answered, or none could tell.</summary>
    Unknown,

    /// <summary>The name exists; there may be no records of the type.</summary>
    Answered,

    /// <summary>The name does not exist.</summary>
    NoName,
}

/// <summary>An answer.</summary>
/// <param name="State">Which of the cases.</param>
/// <param name="Validated">Whether the resolver says that it validated the answer; only known when signatures were asked for.</param>
/// <param name="Records">All records of the answer, aliases included.</param>
internal sealed record RecordsSeen(RecordsState State, bool Validated, IReadOnlyList<DnsResourceRecord> Records)
{
    /// <summary>Nobody could tell.</summary>
    public static RecordsSeen Nothing { get; } = new(RecordsState.Unknown, Validated: false, []);
}

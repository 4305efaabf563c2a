using Cluster.Verification.Dns;
using DnsClient;

namespace Cluster.Verification.Published;

/// <summary>
/// Finds out whether a domain has an MTA-STS policy, and which (RFC 8461, 3 and 5.1). A policy that was fetched before counts until its
/// max_age is over, whatever becomes of its record or its web server; it is fetched anew when the record has another id, and when half of
/// its time is over. What counts for less than an hour counts for one: a domain does not say how often others have to look.
/// </summary>
internal sealed class MtaStsLookup(RecordLookup records, MtaStsFetch fetch, TimeProvider clock)
{
    private static readonly TimeSpan LeastAge = TimeSpan.FromHours(1);

    /// <summary>Looks again.</summary>
    /// <param name="domain">A-labels.</param>
    /// <param name="known">What was known before; null = nothing.</param>
    /// <param name="ct">Stops it.</param>
    public async Task<MtaStsSeen> QueryAsync(string domain, MtaStsSeen? known, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var kept = known is not null && known.Counts(now) ? known : null;
        var answer = await records.QueryAsync($"{MtaStsRecord.Label}.{domain}", QueryType.TXT, ct);
        if (answer.State == RecordsState.Unknown) return kept ?? MtaStsSeen.Unknown;
        if (MtaStsRecord.IdOf(answer.Records.TxtRecords().Select(t => string.Concat(t.Text))) is not { } id)
            return kept ?? MtaStsSeen.Nothing;
        if (kept is not null && kept.Id == id && now - kept.FetchedAt < kept.MaxAge / 2) return kept;
        var fetched = await fetch.GetAsync(domain, ct);
        if (fetched.Policy is not { } policy) return (kept ?? MtaStsSeen.Unknown) with { Problem = fetched.Problem };
        return new MtaStsSeen
        {
            State = PublishedState.Published, Id = id, Mode = policy.Mode, FetchedAt = clock.GetUtcNow(),
            MaxAge = policy.MaxAge > LeastAge ? policy.MaxAge : LeastAge,
        };
    }
}

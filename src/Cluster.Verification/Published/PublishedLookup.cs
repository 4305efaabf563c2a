using System.Net;
using Cluster.Verification.Dns;

namespace Cluster.Verification.Published;

/// <summary>Finds out what a domain publishes about TLS of the mail that it takes: keys for DANE and an MTA-STS policy.</summary>
public sealed class PublishedLookup
{
    private readonly ResolverCheck resolvers;
    private readonly DaneLookup dane;
    private readonly MtaStsLookup policies;

    /// <summary>Asks by resolvers, and fetches from public addresses by the trust of the host.</summary>
    /// <param name="servers">The resolvers; whether keys count is what they say of validation.</param>
    /// <param name="clock">The time.</param>
    public PublishedLookup(IReadOnlyList<IPEndPoint> servers, TimeProvider clock)
        : this(servers, clock, new PublishedReach())
    {
    }

    /// <summary>The same with another reach: for tests alone.</summary>
    internal PublishedLookup(IReadOnlyList<IPEndPoint> servers, TimeProvider clock, PublishedReach reach)
    {
        var records = new RecordLookup(servers, signed: true);
        resolvers = new ResolverCheck(servers);
        dane = new DaneLookup(records, resolvers);
        policies = new MtaStsLookup(records, new MtaStsFetch(records, reach), clock);
    }

    /// <summary>Looks once.</summary>
    /// <param name="domain">A-labels.</param>
    /// <param name="known">What was known of its MTA-STS policy; null = nothing.</param>
    /// <param name="ct">Stops it.</param>
    public async Task<PublishedSeen> QueryAsync(string domain, MtaStsSeen? known, CancellationToken ct)
    {
        var policy = policies.QueryAsync(domain, known, ct);
        var keys = dane.QueryAsync(domain, ct);
        await Task.WhenAll(policy, keys);
        return new PublishedSeen(domain, await keys, await policy);
    }

    /// <summary>Whether a resolver answers at all, when nothing can be told of some domains.</summary>
    /// <param name="ct">Stops it.</param>
    public async Task<bool> IsAnsweredAsync(CancellationToken ct) => await resolvers.AskAsync(ct) != DnssecVerdict.None;
}

/// <summary>What a domain publishes.</summary>
/// <param name="Domain">A-labels.</param>
/// <param name="Dane">Keys for DANE.</param>
/// <param name="MtaSts">MTA-STS policy.</param>
public sealed record PublishedSeen(string Domain, DaneSeen Dane, MtaStsSeen MtaSts)
{
    /// <summary>Whether it can be true at a time: whoever told it may be wrong.</summary>
    public bool IsPossible(DateTimeOffset now) => Dane.IsPossible() && MtaSts.IsPossible(now);
}

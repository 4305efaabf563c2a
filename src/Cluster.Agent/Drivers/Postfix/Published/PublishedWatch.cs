using System.Security.Cryptography;
using Cluster.Agent.Drivers.Postfix.Routes;
using Cluster.Agent.LookUps;
using Cluster.Verification.Published;

namespace Cluster.Agent.Drivers.Postfix.Published;

/// <summary>
/// Finds out, beside everything else and a few at a time, what domains publish (DANE, MTA-STS). What is not known yet holds nothing back.
/// </summary>
/// <param name="lookUps">Who looks.</param>
/// <param name="store">Where it is kept.</param>
/// <param name="resolverFile">Names the resolvers, as resolv.conf(5).</param>
/// <param name="clock">The time.</param>
internal sealed class PublishedWatch(ILookUps lookUps, PublishedStore store, string resolverFile, TimeProvider clock)
{
    /// <summary>Domains that are watched at most; of more nothing is known.</summary>
    public const int MostDomains = 20_000;

    private const double LeastOfInterval = 0.75;
    private const int Steps = 1_000;
    private const int MostSilences = 5;
    private static readonly TimeSpan LongestLook = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestGathering = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Interval = TimeSpan.FromHours(24);
    private static readonly TimeSpan LongestInterval = Interval * (LeastOfInterval + 0.5);
    private static readonly TimeSpan IntervalOfUnknown = TimeSpan.FromMinutes(80);
    private static readonly TimeSpan LeastInterval = TimeSpan.FromHours(1);
    private static readonly TimeSpan FirstSilence = TimeSpan.FromMinutes(15);
    private readonly Lock gate = new();
    private readonly SortedDictionary<string, PublishedEntry> entries = new(StringComparer.Ordinal);
    private readonly DateTimeOffset startedAt = clock.GetUtcNow();
    private volatile PublishedFindings findings = PublishedFindings.None;
    private DateTimeOffset gatheredAt = clock.GetUtcNow();
    private DateTimeOffset? changedAt;
    private (DateTimeOffset Since, DateTimeOffset Until)? silence;
    private int silences;
    private bool isLoaded;
    private volatile bool isLooking;

    /// <summary>What is known; another object when something was found.</summary>
    public PublishedFindings Current
    {
        get
        {
            Load();
            return findings;
        }
    }

    /// <summary>What people are told of what is not known; empty = everything is.</summary>
    public string Unknown
    {
        get
        {
            lock (gate)
            {
                var unknown = entries.Values.Where(e => e.IsUnknown).ToList();
                if (unknown.Count == 0) return "";
                var why = unknown.Select(e => e.Problem).FirstOrDefault(p => p.Length > 0);
                return $"what {unknown.Count} of {entries.Count} domains publish (DANE, MTA-STS) is not known"
                    + (why is null ? "" : $", for example: {why}");
            }
        }
    }

    /// <summary>Says which domains matter from now on: those whose policy is weaker than what can be published.</summary>
    public void Watch(IEnumerable<string> domains)
    {
        Load();
        lock (gate)
        {
            var wanted = domains.Order(StringComparer.Ordinal).Take(MostDomains).ToHashSet(StringComparer.Ordinal);
            foreach (var gone in entries.Keys.Where(k => !wanted.Contains(k)).ToArray()) entries.Remove(gone);
            var now = clock.GetUtcNow();
            var due = startedAt < now ? startedAt : now;
            foreach (var name in wanted) entries.TryAdd(name, new PublishedEntry { Domain = name, DueAt = due });
        }
    }

    /// <summary>
    /// Looks at once at those of some domains of which nothing is known, for a few seconds at most and once each: what is about to be
    /// applied is compared with what they publish. Nobody waits while no resolver answers, or before <see cref="RunAsync"/> runs.
    /// </summary>
    /// <param name="domains">Domains that are watched.</param>
    /// <param name="ct">Stops it.</param>
    public async Task LookAtNewAsync(IEnumerable<string> domains, CancellationToken ct)
    {
        var asked = isLooking ? New(domains) : [];
        if (asked.Count == 0) return;
        var seen = await AskAsync(asked, LongestWait, ct);
        var now = clock.GetUtcNow();
        lock (gate)
        {
            Learn(seen, now);
            Renew(now, isUrgent: true);
        }
    }

    /// <summary>Looks until cancelled.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        Load();
        isLooking = true;
        while (!ct.IsCancellationRequested)
        {
            var looked = await RunOnceAsync(ct);
            await Task.Delay(looked ? Pause : Look, clock, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        isLooking = false;
    }

    /// <summary>Looks at the domains that are due, as many as one request holds.</summary>
    /// <returns>Whether there were any.</returns>
    public async Task<bool> RunOnceAsync(CancellationToken ct)
    {
        var due = Due();
        if (due.Count > 0)
        {
            try
            {
                Take(due, await AskAsync(due, LongestLook, ct));
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return false;
            }
        }

        Gather();
        return due.Count > 0;
    }

    // A clock that was ahead and was put right must not hold up anything until it is there again.
    private bool IsSilent(DateTimeOffset now) => silence is { } s && now >= s.Since && now < s.Until;

    private static bool IsDue(PublishedEntry entry, DateTimeOffset now) => entry.DueAt <= now || entry.DueAt - now > LongestInterval;

    private List<LookUpDomain> New(IEnumerable<string> domains)
    {
        lock (gate)
        {
            if (IsSilent(clock.GetUtcNow())) return [];
            var known = domains.Select(d => entries.GetValueOrDefault(d)).OfType<PublishedEntry>();
            var asked = known.Where(e => e is { IsNew: true, WasWaitedFor: false }).Take(LookUpRun.MostDomains).ToList();
            foreach (var entry in asked) entries[entry.Domain] = entry with { WasWaitedFor = true };
            return [.. asked.Select(e => new LookUpDomain(e.Domain, MtaSts: null))];
        }
    }

    private List<LookUpDomain> Due()
    {
        var now = clock.GetUtcNow();
        lock (gate)
        {
            if (IsSilent(now)) return [];
            var due = entries.Values.Where(e => IsDue(e, now)).OrderBy(e => e.DueAt).Take(LookUpRun.MostDomains);
            // A policy that is said to have been fetched later than now is fetched anew: an answer with it could not be believed.
            return [.. due.Select(e => new LookUpDomain(e.Domain, e.MtaSts?.IsPossible(now) is true ? e.MtaSts : null))];
        }
    }

    // Whatever goes wrong with it, the next look comes: what cannot be true is as if it had not been told.
    private async Task<IReadOnlyList<PublishedSeen>> AskAsync(List<LookUpDomain> asked, TimeSpan limit, CancellationToken ct)
    {
        try
        {
            var servers = ResolverReader.ServersOf(resolverFile).Select(s => s.ToString());
            var seen = await lookUps.AskAsync(new LookUpRequest([.. servers], asked), limit, ct);
            var now = clock.GetUtcNow();
            return [.. seen.Where(s => s.IsPossible(now))];
        }
        catch (Exception e) when (e is not OperationCanceledException || !ct.IsCancellationRequested)
        {
            return [];
        }
    }

    private void Take(IReadOnlyList<LookUpDomain> asked, IReadOnlyList<PublishedSeen> seen)
    {
        if (seen.Count == 0)
        {
            BeSilent();
            return;
        }

        var now = clock.GetUtcNow();
        var answered = seen.Select(s => s.Domain).ToHashSet(StringComparer.Ordinal);
        lock (gate)
        {
            // Domains are asked in order: those beyond the first that are missing were not asked, and go on being due.
            foreach (var domain in asked.Select(a => a.Domain).Where(d => !answered.Contains(d)).Take(LookUpRun.AtATime))
            {
                if (!entries.TryGetValue(domain, out var entry)) continue;
                entries[domain] = entry with { DueAt = NextOf(entry, answered: false, now) };
            }

            Learn(seen, now);
        }
    }

    private void Learn(IReadOnlyList<PublishedSeen> seen, DateTimeOffset now)
    {
        if (seen.Count == 0) return;
        (silences, silence) = (0, null);
        foreach (var answer in seen)
        {
            // It may be none of ours any more.
            if (!entries.TryGetValue(answer.Domain, out var entry)) continue;
            var after = entry.After(answer, now);
            entries[answer.Domain] = after with { DueAt = NextOf(after, answered: true, now) };
        }

        store.Save([.. entries.Values]);
    }

    private static DateTimeOffset NextOf(PublishedEntry entry, bool answered, DateTimeOffset now)
    {
        var failed = !answered || entry.IsUnknown || entry.Problem.Length > 0;
        var interval = failed ? IntervalOfUnknown : Interval;

        // Spread, so that what came at once does not come back at once.
        var next = now + (interval * (LeastOfInterval + (RandomNumberGenerator.GetInt32(0, Steps + 1) / (2.0 * Steps))));
        if (entry.MtaSts is not { FetchedAt: { } at } policy || !policy.Counts(now) || at + policy.MaxAge >= next) return next;

        // A domain says when its policy ends, but not how often this host has to look.
        var end = at + policy.MaxAge;
        return end > now + LeastInterval ? end : now + LeastInterval;
    }

    // A host without a resolver is left alone for longer each time.
    private void BeSilent()
    {
        lock (gate)
        {
            var now = clock.GetUtcNow();
            silence = (now, now + (FirstSilence * Math.Pow(2, Math.Min(silences, MostSilences))));
            silences++;
        }
    }

    // Each change has the settings applied once more: what is found in many looks is gathered before it counts, and strangers who publish
    // now this and now that do not have it done more often.
    private void Gather()
    {
        var now = clock.GetUtcNow();
        lock (gate)
        {
            var more = !IsSilent(now) && entries.Values.Any(e => IsDue(e, now));
            if (more && now >= gatheredAt && now - gatheredAt < LongestGathering) return;
            gatheredAt = now;
            Renew(now, isUrgent: false);
        }
    }

    private void Renew(DateTimeOffset now, bool isUrgent)
    {
        if (!isUrgent && changedAt is { } last && now >= last && now - last < LongestGathering) return;
        var asks = new Dictionary<string, PublishedAsk>(StringComparer.Ordinal);
        foreach (var entry in entries.Values)
        {
            if (entry.AskAt(now) is { } ask) asks[entry.Domain] = ask;
        }

        var renewed = new PublishedFindings(asks);
        if (renewed.Hash == findings.Hash) return;
        (findings, changedAt) = (renewed, now);
    }

    private void Load()
    {
        lock (gate)
        {
            if (isLoaded) return;
            isLoaded = true;
            var now = clock.GetUtcNow();
            foreach (var entry in store.Load(now).Take(MostDomains)) entries.TryAdd(entry.Domain, entry);
            Renew(now, isUrgent: true);
            changedAt = null;
        }
    }
}

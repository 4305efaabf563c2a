using System.Net;
using System.Net.Sockets;
using Cluster.Contracts.Settings;
using Cluster.Domain.Settings;
using Cluster.Pki.Names;

namespace Cluster.Agent.Drivers.Postfix.Senders;

/// <summary>A client that stands for those of whom the same is asked.</summary>
/// <param name="Address">Its address.</param>
/// <param name="Name">Its verified name; null = it has none.</param>
/// <param name="Demand">What is asked of it.</param>
/// <param name="From">The envelope sender that it gives; empty = the null sender.</param>
internal sealed record SenderSample(IPAddress Address, string? Name, SenderDemand Demand, string From = "")
{
    /// <summary>Most samples of a listener that match one sender, or none.</summary>
    public const int Most = 32;

    private const int MostTries = 8;

    // Addresses of documentation (RFC 5737), which are nobody's.
    private static readonly IPAddress[] Nobody = [.. new[] { "192.0.2.1", "198.51.100.1", "203.0.113.1" }.Select(IPAddress.Parse)];

    /// <summary>Whether mail in clear text is refused from it.</summary>
    public bool MustUseTls => Demand.Tls == PolicyTls.Required || From.Length > 0;

    private (SenderDemand Demand, bool IsNamed, AddressFamily Family) Kind => (Demand, Name is not null, Address.AddressFamily);

    /// <summary>How it is said in XCLIENT.</summary>
    public string XClient => $"ADDR={Address} NAME={Name ?? "[UNAVAILABLE]"}";

    /// <summary>
    /// At least one client of each policy for each way to match it, as far as <see cref="Most"/> goes, and clients with the address of one
    /// sender and the name of another; what is asked of each is found by going through the senders as they are written.
    /// </summary>
    public static IReadOnlyList<SenderSample> Of(SenderPlan plan)
    {
        var elsewhere = Nobody.FirstOrDefault(a => !plan.Rules.Any(r => r.Match.Matches(a, name: null))) ?? Nobody[0];
        return
        [
            .. OfEachDemand(plan, elsewhere).SelectMany(c => With(plan, c)).Take(Most),
            .. BetweenKinds(plan).Take(SenderTables.MostRuns),
        ];
    }

    private static IEnumerable<SenderSample> OfEachDemand(SenderPlan plan, IPAddress elsewhere)
    {
        var seen = new HashSet<(SenderDemand, bool IsNamed, AddressFamily)>();
        var nobody = new SenderSample(elsewhere, null, plan.Of(elsewhere, name: null));
        seen.Add(nobody.Kind);
        yield return nobody;
        for (var i = 0; i < plan.Rules.Count; i++)
        {
            // Going through all senders for each of them would take seconds where there are ten thousand: only for a kind that is new.
            var rule = plan.Rules[i];
            var client = rule.Match.Addresses is { } range
                ? new SenderSample(range.FirstAddress, null, rule.Demand)
                : new SenderSample(elsewhere, NameOf(rule), rule.Demand);
            if (seen.Contains(client.Kind)) continue;

            if (rule.Match.Addresses is { } addresses)
            {
                if (FirstOwnAddress(plan, i, addresses) is not { } own) continue;
                client = client with { Address = own };
            }

            client = client with { Demand = plan.Of(client.Address, client.Name) };
            if (seen.Add(client.Kind)) yield return client;
        }
    }

    // The first address that no earlier sender has; null = they have all of them.
    private static IPAddress? FirstOwnAddress(SenderPlan plan, int number, AddressRange range)
    {
        for (var left = range; ;)
        {
            var earlier = plan.Rules.Take(number).FirstOrDefault(r => r.Match.Addresses?.Contains(left.FirstAddress) is true);
            if (earlier?.Match.Addresses is not { } taken) return left.FirstAddress;
            if (taken.Last >= range.Last) return null;
            left = left with { First = taken.Last + 1 };
        }
    }

    // Addresses and names are found in different tables: where one kind follows on the other, a client that is in both shows which comes
    // first.
    private static IEnumerable<SenderSample> BetweenKinds(SenderPlan plan)
    {
        var before = new List<SenderRule>();
        var stretch = new List<SenderRule>();
        foreach (var rule in plan.Rules)
        {
            if (stretch.Count > 0 && stretch[0].Match.IsByName != rule.Match.IsByName) (before, stretch) = (stretch, []);
            stretch.Add(rule);
            if (before.Count > 0 && InBoth(plan, before, rule) is { } both)
            {
                yield return both;

                // One is enough until the kind changes again.
                before = [];
            }
        }
    }

    private static SenderSample? InBoth(SenderPlan plan, List<SenderRule> before, SenderRule rule)
    {
        foreach (var other in before.Where(b => b.Demand != rule.Demand).Take(MostTries))
        {
            var (named, addressed) = rule.Match.IsByName ? (rule, other) : (other, rule);
            if (addressed.Match.Addresses is not { } range) continue;
            var name = NameOf(named);
            if (ReferenceEquals(plan.FirstOf(range.FirstAddress, name), other))
                return new SenderSample(range.FirstAddress, name, other.Demand);
        }

        return null;
    }

    private static string NameOf(SenderRule rule) => rule.Match.IsUnderName ? "probe." + rule.Match.Name : rule.Match.Name;

    private static IEnumerable<SenderSample> With(SenderPlan plan, SenderSample client)
    {
        yield return client;
        if (client.Demand.List is not { } list || client.Address.AddressFamily == AddressFamily.InterNetworkV6) yield break;
        foreach (var from in plan.Lists[list].Select(Written).OfType<(string Kind, string From)>().DistinctBy(f => f.Kind))
            yield return client with { From = from.From };
    }

    // One address of each form that an entry of a list can have.
    private static (string Kind, string From)? Written(string entry)
    {
        var at = entry.LastIndexOf('@');
        var (user, domain) = (entry[..at], entry[(at + 1)..]);
        if (!user.All(char.IsAscii)) return null;
        if (domain.Length == 0) return ("user", user + "@probe.cluster.invalid");
        var isUnder = domain.StartsWith('.');
        if (!DnsNames.TryNormalise(isUnder ? domain[1..] : domain, out var ascii)) return null;
        if (isUnder) return ("under", "probe@probe." + ascii);
        return user.Length == 0 ? ("domain", "probe@" + ascii) : ("address", $"{user}@{ascii}");
    }
}

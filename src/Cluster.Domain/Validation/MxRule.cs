using System.Globalization;
using Cluster.Contracts.Settings;
using Cluster.Domain.Bundles;
using Cluster.Domain.Configuration;
using Cluster.Domain.Fleet;
using Cluster.Pki.Findings;
using Cluster.Pki.Names;

namespace Cluster.Domain.Validation;

/// <summary>
/// Senders that verify ask for the name of the MX host (RFC 7672, 3.2.2; RFC 8461, 4.1), so a listener's certificate covers one
/// that leads to it, and together the listeners of a domain cover all. What the DNS says is known beforehand; it never blocks.
/// </summary>
internal static class MxRule
{
    /// <summary>Codes of the findings about certificates.</summary>
    public const string NameMismatch = "mx-name-mismatch", HostNotCovered = "mx-host-not-covered";

    public static IEnumerable<RawFinding> Check(IReadOnlyList<MachineClass> classes, ValidationInput input)
    {
        var places = classes.SelectMany(c => Places(c, input)).ToList();
        foreach (var domain in places.GroupBy(p => p.Domain))
        {
            if (input.Mx(domain.Key) is not { } answer) continue;
            foreach (var finding in Judge(domain.Key, answer, [.. domain], input))
                yield return finding with { DependsOnTime = true, CheckedAt = answer.CheckedAt };
        }
    }

    private static IEnumerable<RawFinding> Judge(string domain, MxFacts answer, List<Place> places, ValidationInput input)
    {
        if (answer.Outcome is MxOutcome.Null or MxOutcome.NoDomain)
            return places.DistinctBy(p => p.Listener.Key).Select(p => NoMail(domain, answer, p.Listener));
        var covered =
            places.Select(p => (Place: p, Hosts: answer.Hosts.Where(h => Covers(p, h, input)).ToHashSet(StringComparer.Ordinal))).ToList();
        var orphans = answer.Hosts.Where(h => !covered.Exists(c => c.Hosts.Contains(h))).ToList();
        return covered.SelectMany(c => c.Hosts.Count == 0 && answer.Hosts.Count > 0
            ? [Uncovered(domain, answer, c.Place)]
            : orphans.Select(host => Orphan(domain, host, answer, c.Place)));
    }

    private static RawFinding Uncovered(string domain, MxFacts answer, Place place) => RawFinding.Warning(
        NameMismatch,
        place.Certificate,
        $"Certificate '{place.Certificate.Name}' on {Label(place)} covers no MX host of '{domain}', which are {Listed(answer)} "
            + $"({Seen(answer)}).",
        "Have a certificate issued with the name of the MX host as SAN dNSName, or correct the MX records or 'domains'.") with
        {
            Detail = $"{Label(place)}/{domain}"
        };

    private static RawFinding Orphan(string domain, string host, MxFacts answer, Place place) => RawFinding.Warning(
        HostNotCovered,
        place.Certificate,
        $"No certificate of the listeners that name '{domain}' covers its MX host '{host}' "
            + $"({Seen(answer)}{(answer.More > 0 ? $"; {answer.Hosts.Count} hosts and {answer.More} more" : "")}).",
        "Add the name to a certificate; mute this when the host is somebody else's.") with { Detail = $"{Label(place)}/{domain}/{host}" };

    private static RawFinding NoMail(string domain, MxFacts answer, Item listener) => RawFinding.Warning(
        "mx-no-mail",
        listener,
        answer.Outcome == MxOutcome.Null
            ? $"The MX record of '{domain}' says that it takes no mail (RFC 7505; {Seen(answer)})."
            : $"The domain '{domain}' does not exist in the DNS ({Seen(answer)}).",
        "Correct the MX records, or take the domain out of 'domains'.") with { Detail = domain };

    private static string Listed(MxFacts answer)
    {
        const int Named = 5;
        var more = answer.Hosts.Count + answer.More - Named;
        return string.Join(", ", answer.Hosts.Take(Named)) + (more > 0 ? $" and {more} more" : "");
    }

    private static string Seen(MxFacts answer) =>
        string.Create(CultureInfo.InvariantCulture, $"looked up at {answer.CheckedAt:yyyy-MM-dd HH:mm}Z");

    private static string Label(Place place) => $"{Listener.Kind}/{place.Listener.Name}";

    // One of the certificates that the listener may show is enough.
    private static bool Covers(Place place, string host, ValidationInput input) => place.Contents.Any(content =>
        input.Evaluate(content, new CertificateUse(BindingRole.Server, host, false), TrustScope.None, input.Now)
            .All(f => f.Code != "name-mismatch"));

    private static IEnumerable<Place> Places(MachineClass machines, ValidationInput input)
    {
        foreach (var (item, listener) in machines.Effective.All<Listener>())
        {
            if (listener.Domains is not { Count: > 0 } domains || listener.Certificate is not { } name) continue;
            if (machines.Effective.Find<CertificateSettings>(name) is not { } certificate) continue;
            List<CertificateContent> contents = [
                .. CertificateUses.Of(item.Item)
                    .Select(u => CertificateReferences.Resolve(machines.Effective, u.Certificate, input.Certificates))
                    .OfType<CertificateContent>()
                    .Where(c => !c.Destroyed)
            ];
            if (contents.Count == 0) continue;
            foreach (var domain in domains)
            {
                if (DnsNames.TryNormalise(domain, out var normalised))
                    yield return new Place(normalised, item.Item, certificate.Item, contents);
            }
        }
    }

    private sealed record Place(string Domain, Item Listener, Item Certificate, IReadOnlyList<CertificateContent> Contents);
}

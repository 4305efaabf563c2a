using Cluster.Contracts.Settings;
using Cluster.Domain.Configuration;
using Cluster.Domain.Fleet;
using Cluster.Domain.Settings;
using Cluster.Pki.Certificates;
using Cluster.Pki.Findings.Authorities;

namespace Cluster.Domain.Validation;

/// <summary>What the rules say of the authorities that a machine trusts.</summary>
internal static class TrustedAuthorityRule
{
    public static IEnumerable<RawFinding> Check(MachineClass machines, ValidationInput input)
    {
        if (input.OnlyBlocking || TrustScope.Of(machines.Effective).Anchors is not { } trust) yield break;
        var authorities = machines.Effective.All<TrustedAuthority>().Where(a => a.Value.Enabled ?? true)
            .SelectMany(a => AuthorityText.Read(a.Value).Select(c => (Item: a.Item.Item, Certificate: c))).ToList();
        var places = authorities.ToLookup(a => a.Certificate.Sha256, a => a.Item, StringComparer.Ordinal);
        foreach (var (item, certificate) in authorities.DistinctBy(a => (a.Item.Key, a.Certificate.Sha256)))
        {
            var context = new AuthorityContext
            {
                Certificate = certificate,
                Trust = trust,
                AlsoIn = AlsoIn(places[certificate.Sha256], item),
                Now = input.Now
            };
            foreach (var finding in AuthorityFindings.Evaluate(context))
            {
                yield return new RawFinding(
                    finding.Code,
                    finding.Severity.ToFindingSeverity(),
                    item.Key,
                    item.Name,
                    $"Trusted authority '{item.Name}': {finding.Message}",
                    finding.Hint)
                {
                    Detail = certificate.Sha256,
                    DependsOnTime = finding.DependsOnTime,
                };
            }
        }
    }

    // Twice in one text counts as well.
    private static IReadOnlyList<string> AlsoIn(IEnumerable<Item> holders, Item own)
    {
        var others = holders.ToList();
        others.Remove(own);
        return [.. others.Select(i => $"{TrustedAuthority.Kind}/{i.Name}").Distinct()];
    }
}

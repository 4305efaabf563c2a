using Cluster.Contracts.Settings;
using Cluster.Domain.Bundles;
using Cluster.Domain.Configuration;
using Cluster.Domain.Fleet;
using Cluster.Pki.Findings;

namespace Cluster.Domain.Validation;

/// <summary>
/// What the certificate rules say of each certificate, and of each place that uses it; remembers for one validation what was said
/// of whom.
/// </summary>
internal sealed class CertificateFindingsRule(ValidationInput input)
{
    private static readonly IReadOnlyDictionary<string, PkiSeverity> Nothing = new Dictionary<string, PkiSeverity>();
    private readonly Dictionary<(ItemKey Certificate, string Trust), IReadOnlyDictionary<string, PkiSeverity>> general = [];

    public IEnumerable<RawFinding> Check(MachineClass machines)
    {
        var trust = input.OnlyBlocking ? TrustScope.None : TrustScope.Of(machines.Effective);
        var found = new List<RawFinding>();
        if (!input.OnlyBlocking) found.AddRange(General(machines, trust));
        foreach (var binding in CertificateBinding.Of(machines.Effective))
        {
            if (binding.Resolve(machines.Effective, input.Certificates) is not { } resolved) continue;
            var known = general.GetValueOrDefault((resolved.Certificate.Item.Key, trust.Id), Nothing);
            foreach (var finding in Evaluate(resolved.Content, binding.Use, trust))
            {
                // What is said of the certificate itself is not repeated for each place, unless it weighs more there.
                if (!known.TryGetValue(finding.Code, out var said) || finding.Severity < said)
                    found.Add(ToRaw(finding, resolved.Certificate.Item, binding));
            }
        }

        return found;
    }

    // The same certificate under the same trust says the same to every class of machines. Signatures take the time, so all
    // processors share them.
    private IEnumerable<RawFinding> General(MachineClass machines, TrustScope trust)
    {
        var open = machines.Effective.All<CertificateSettings>()
            .Where(c => !general.ContainsKey((c.Item.Item.Key, trust.Id))).Select(c => (c.Item.Item, c.Value.Version)).ToList();
        var judged = Parallelism.Of(() => open.AsParallel().AsOrdered()
            .Select(c => (c.Item, Findings: Judge(c.Item, c.Version, trust))).ToList());
        foreach (var (item, findings) in judged) general[(item.Key, trust.Id)] = findings.Count == 0
            ? Nothing
            : findings.GroupBy(f => f.Code).ToDictionary(g => g.Key, g => g.Min(f => f.Severity));
        return judged.SelectMany(
            j => input.Memory is { } memory
                ? memory.Of(j.Item, trust.Id, j.Findings, () => Raw(j.Findings, j.Item))
                : Raw(j.Findings, j.Item));
    }

    private static IEnumerable<RawFinding> Raw(IReadOnlyList<CertificateFinding> findings, Item certificate) =>
        findings.Select(f => ToRaw(f, certificate, null));

    private IReadOnlyList<CertificateFinding> Judge(Item item, int version, TrustScope trust) =>
        Evaluate(input.Certificates(item.Key.LevelKind, item.Key.LevelId, item.Key.Name, version), CertificateUse.None, trust);

    private IReadOnlyList<CertificateFinding> Evaluate(CertificateContent? content, CertificateUse use, TrustScope trust)
    {
        if (content is null || content.Destroyed) return [];
        var findings = input.Evaluate(content, use, trust, input.Now);
        return input.OnlyBlocking ? [.. findings.Where(f => f.Severity == PkiSeverity.Error && !f.DependsOnTime)] : findings;
    }

    private static RawFinding ToRaw(CertificateFinding finding, Item certificate, CertificateBinding? binding) =>
        new(
            finding.Code,
            finding.Severity.ToFindingSeverity(),
            certificate.Key,
            certificate.Name,
            binding is null
                ? $"Certificate '{certificate.Name}': {finding.Message}"
                : $"Certificate '{certificate.Name}' on {binding.Label}: {finding.Message}",
            finding.Hint)
        {
            Detail = binding is null ? "" : $"{binding.Label}/{binding.Use.HostName}",
            DependsOnTime = finding.DependsOnTime,
        };
}

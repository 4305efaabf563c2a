using Cluster.Contracts.Settings;
using Cluster.Domain.Bundles;
using Cluster.Domain.Configuration;
using Cluster.Domain.Fleet;
using Cluster.Pki.Findings;

namespace Cluster.Domain.Validation;

/// <summary>What the certificate rules say of each certificate, and of each place that uses it.</summary>
internal static class CertificateFindingsRule
{
    public static IEnumerable<RawFinding> Check(MachineClass machines, ValidationInput input)
    {
        var general = new Dictionary<ItemKey, HashSet<string>>();
        if (!input.OnlyBlocking)
        {
            foreach (var (item, settings) in machines.Effective.All<CertificateSettings>(Kinds.Certificates))
            {
                var key = item.Item.Key;
                var content = input.Certificates(key.LevelKind, key.LevelId, key.Name, settings.Version);
                var found = Evaluate(content, input, CertificateUse.None).ToList();
                general[key] = [.. found.Select(f => f.Code)];
                foreach (var finding in found) yield return ToRaw(finding, item.Item, null);
            }
        }

        foreach (var binding in CertificateBinding.Of(machines.Effective))
        {
            if (binding.Resolve(machines.Effective, input.Certificates) is not { } resolved) continue;
            var known = general.GetValueOrDefault(resolved.Certificate.Item.Key);
            foreach (var finding in Evaluate(resolved.Content, input, binding.Use))
            {
                if (known?.Contains(finding.Code) != true) yield return ToRaw(finding, resolved.Certificate.Item, binding);
            }
        }
    }

    private static IEnumerable<CertificateFinding> Evaluate(CertificateContent? content, ValidationInput input, CertificateUse use)
    {
        if (content is null || content.Destroyed) return [];
        var findings = input.Evaluate(content, use, input.Now);
        return input.OnlyBlocking ? findings.Where(f => f.Severity == FindingSeverity.Error && !f.DependsOnTime) : findings;
    }

    private static RawFinding ToRaw(CertificateFinding finding, Item certificate, CertificateBinding? binding) =>
        new(
            finding.Code,
            (Contracts.Findings.FindingSeverity)(int)finding.Severity,
            certificate.Key,
            certificate.Name,
            binding is null ? $"Certificate '{certificate.Name}': {finding.Message}" : $"Certificate '{certificate.Name}' on {binding.Label}: {finding.Message}",
            finding.Hint)
        {
            Detail = binding is null ? string.Empty : $"{binding.Label}/{binding.Use.HostName}",
            DependsOnTime = finding.DependsOnTime,
        };
}

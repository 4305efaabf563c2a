using Cluster.Contracts.Findings;
using Cluster.Contracts.Settings;
using Cluster.Domain.Configuration;
using Cluster.Domain.Fleet;
using Cluster.Domain.Settings;

namespace Cluster.Domain.Validation;

/// <summary>Validates every distinct effective configuration of a cluster and reports everything at once.</summary>
public static class ConfigurationValidator
{
    private static readonly Func<MachineClass, ValidationInput, IEnumerable<RawFinding>>[] Rules =
    [
        ReferenceRule.Check,
        CertificateVersionRule.Check,
        BindingKeyRule.Check,
        TrustedAuthorityRule.Check,
        CapabilityRule.Check,
        static (machines, input) => KindRegistry.All.SelectMany(k => k.CheckEffective(machines, input)),
    ];

    /// <summary>Returns all findings: errors first, then by level, kind, name and code. Equal input gives equal findings.</summary>
    public static IReadOnlyList<Finding> Validate(ValidationInput input)
    {
        var classes = input.Configuration.Classes;
        input.Memory?.Begin();
        var certificates = new CertificateFindingsRule(input);
        var found = new Dictionary<string, Finding>();
        foreach (var machines in classes)
        {
            foreach (var raw in Rules.SelectMany(rule => rule(machines, input)).Concat(certificates.Check(machines)))
            {
                var shared = raw.Id(null);
                if (found.ContainsKey(shared)) continue;
                var id = machines.Own is null ? shared : raw.Id(machines.Own.Id);
                found.TryAdd(id, ToFinding(raw, id, machines.Own?.Name, input));
            }
        }

        if (!input.OnlyBlocking)
        {
            var fleet = HostingRule.Check(classes).Concat(UnusedCertificateRule.Check(classes, input)).Concat(MxRule.Check(classes, input));
            foreach (var raw in fleet)
            {
                var id = raw.Id(null);
                found.TryAdd(id, ToFinding(raw, id, null, input));
            }
        }

        Finding[] sorted = [.. found.Values];
        Array.Sort(sorted, Order);
        return sorted;
    }

    /// <summary>Returns the errors that a change introduces: those that the configuration did not show before it.</summary>
    /// <param name="before">The configuration now.</param>
    /// <param name="after">The configuration with the change.</param>
    public static IReadOnlyList<Finding> Introduced(ValidationInput before, ValidationInput after)
    {
        var errors = Validate(after with { OnlyBlocking = true }).Where(f => f.Severity == FindingSeverity.Error).ToList();
        if (errors.Count == 0) return [];
        var known = Validate(before with { OnlyBlocking = true }).Select(f => f.Id).ToHashSet();
        return [.. errors.Where(f => !known.Contains(f.Id))];
    }

    private static int Order(Finding one, Finding other)
    {
        var order = one.Severity.CompareTo(other.Severity);
        if (order == 0) order = string.CompareOrdinal(one.Level, other.Level);
        if (order == 0) order = string.CompareOrdinal(one.Kind, other.Kind);
        if (order == 0) order = string.CompareOrdinal(one.Name, other.Name);
        if (order == 0) order = string.CompareOrdinal(one.Code, other.Code);
        return order != 0 ? order : string.CompareOrdinal(one.Id, other.Id);
    }

    private static Finding ToFinding(RawFinding raw, string id, string? machine, ValidationInput input)
    {
        var level = input.Fleet.LevelOf(raw.Item.LevelKind, raw.Item.LevelId).ToString();
        bool? muted = IsMuted(raw, input) ? true : null;
        if (raw.Shown?.Finding is { } known && known.Id == id && known.Level == level && known.Muted == muted && known.Machine == machine)
            return known;
        var finding = NewFinding(raw, id, level, muted, machine);
        if (raw.Shown is { } shown) shown.Finding = finding;
        return finding;
    }

    private static Finding NewFinding(RawFinding raw, string id, string level, bool? muted, string? machine) => new()
    {
        Id = id,
        Code = raw.Code,
        Severity = raw.Severity,
        Level = level,
        Kind = raw.Item.Kind,
        Name = raw.Name,
        Machine = machine,
        Message = raw.Message,
        Hint = raw.Hint,
        Muted = muted,
        CheckedAt = raw.CheckedAt,
    };

    private static bool IsMuted(RawFinding raw, ValidationInput input) =>
        raw.Severity != FindingSeverity.Error
        && raw.Item.Is<CertificateSettings>()
        && input.Snapshot.Find(raw.Item) is { Hidden: false } item
        && (item.Document.Read<CertificateSettings>().MutedFindings ?? []).Any(m => m.Code == raw.Code && m.Until > input.Now);
}

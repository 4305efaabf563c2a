using Cluster.Agent.Drivers.Refusals;
using Cluster.Contracts.Settings;
using Cluster.Pki.Names;

namespace Cluster.Agent.Drivers.Postfix.Rendering;

/// <summary>The rows of smtp_tls_policy_maps, and the values for every other destination.</summary>
internal sealed record PolicyRows
{
    /// <summary>The name of the row for every other destination.</summary>
    public const string DefaultName = "default";

    /// <summary>Key (next hop) to level and attributes, ordered by key.</summary>
    public required IReadOnlyDictionary<string, string> Rows { get; init; }

    /// <summary>Level for every other destination; null = the administrator's.</summary>
    public string? DefaultLevel { get; init; }

    /// <summary>smtp_tls_secure_cert_match for every other destination; null = the administrator's.</summary>
    public string? DefaultMatch { get; init; }

    public string Text => string.Concat(Rows.Select(r => $"{r.Key} {r.Value}\n"));

    /// <summary>Makes the rows.</summary>
    /// <param name="controls">Destination controls by domain as written.</param>
    /// <param name="routing">The host's own routes: where one applies, Postfix looks for the literal next hop, not the domain.</param>
    /// <param name="problems">Gets whatever cannot be expressed, with the destinations that it is about.</param>
    public static PolicyRows Make(IReadOnlyDictionary<string, DestinationControl> controls, Routing routing, List<PartProblem> problems)
    {
        foreach (var (name, control) in controls) problems.AddRange(Problems(ItemOf(name), control));
        var named = Normalise(controls, problems);
        var fallback = controls.GetValueOrDefault(DefaultName);
        var rows = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (domain, control) in named)
        {
            if (DestinationValue.Of(domain, control.Control, fallback, []) is { } value) rows[domain] = value;
        }

        var hops = new NextHopRows(named, fallback, problems);
        foreach (var (hop, value) in hops.Make(routing)) rows[hop] = value;
        return new PolicyRows
        {
            Rows = rows,
            DefaultLevel = fallback is null ? null : DestinationValue.LevelOf(fallback.Tls),
            DefaultMatch = fallback is not null && DestinationValue.Verifies(fallback.Tls)
                ? DestinationValue.MatchOf(domain: null, fallback, []).Replace(":", ", ", StringComparison.Ordinal)
                : null,
        };
    }

    /// <summary>The item of a destination control.</summary>
    public static ItemName ItemOf(string name) => new(DestinationControl.Kind, name);

    private static SortedDictionary<string, NamedControl> Normalise(
        IReadOnlyDictionary<string, DestinationControl> controls, List<PartProblem> problems)
    {
        var named = new SortedDictionary<string, NamedControl>(StringComparer.Ordinal);
        foreach (var (name, control) in controls.Where(c => c.Key != DefaultName))
        {
            var dot = name.StartsWith('.');
            if (!DnsNames.TryNormalise(dot ? name[1..] : name, out var domain))
                problems.Add(PartProblem.Invalid(ItemOf(name), $"Destination {name} is not a domain name."));
            else named[dot ? "." + domain : domain] = new NamedControl(ItemOf(name), control);
        }

        return named;
    }

    private static IEnumerable<PartProblem> Problems(ItemName item, DestinationControl control)
    {
        if (control.Dane is { } dane and not DaneMode.None)
            yield return PartProblem.Unsupported(item, $"Destination {item.Name}: DANE {dane} cannot be applied to this Postfix.");
        if (control.Certificate is not null)
            yield return PartProblem.Unsupported(
                item, $"Destination {item.Name}: an own client certificate cannot be applied to this Postfix.");
        if (item.Name == DefaultName && control.Tls == DestinationTls.Default)
            yield return PartProblem.Invalid(item, "The destination `default` cannot have the TLS mode `default`.");
        if (!DestinationValue.Verifies(control.Tls)) yield break;
        var unmatched = new List<string>();
        DestinationValue.MatchOf(domain: null, control, unmatched);
        foreach (var match in unmatched)
        {
            yield return PartProblem.Unsupported(
                item, $"Destination {item.Name}: Postfix cannot match the name {match}. Use a host name or .domain.");
        }
    }
}

/// <summary>A destination control with the item that it comes from: its key in the map is a normalised domain.</summary>
/// <param name="Item">The item.</param>
/// <param name="Control">What it says.</param>
internal sealed record NamedControl(ItemName Item, DestinationControl Control);

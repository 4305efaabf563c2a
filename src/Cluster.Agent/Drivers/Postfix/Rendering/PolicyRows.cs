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

    /// <summary>The text of the map.</summary>
    public string Text => string.Concat(Rows.Select(r => $"{r.Key} {r.Value}\n"));

    /// <summary>Makes the rows.</summary>
    /// <param name="controls">Destination controls by domain as written.</param>
    /// <param name="routing">The host's own routes: where one applies, Postfix looks for the literal next hop, not the domain.</param>
    /// <param name="problems">Gets whatever cannot be expressed.</param>
    public static PolicyRows Make(IReadOnlyDictionary<string, DestinationControl> controls, Routing routing, List<PartProblem> problems)
    {
        var named = Normalise(controls, problems);
        var fallback = controls.GetValueOrDefault(DefaultName);
        var rows = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (domain, control) in named)
        {
            if (DestinationValue.Of(domain, control, fallback, problems) is { } value) rows[domain] = value;
        }

        var hops = new NextHopRows(named, fallback, problems);
        foreach (var (hop, value) in hops.Make(routing)) rows[hop] = value;
        return new PolicyRows
        {
            Rows = rows,
            DefaultLevel = fallback is null ? null : DestinationValue.LevelOf(fallback.Tls),
            DefaultMatch = fallback is not null && DestinationValue.Verifies(fallback.Tls)
                ? DestinationValue.MatchOf(domain: null, fallback, problems).Replace(":", ", ", StringComparison.Ordinal)
                : null,
        };
    }

    private static SortedDictionary<string, DestinationControl> Normalise(IReadOnlyDictionary<string, DestinationControl> controls, List<PartProblem> problems)
    {
        var named = new SortedDictionary<string, DestinationControl>(StringComparer.Ordinal);
        foreach (var (name, control) in controls)
        {
            RefuseUnsupported(name, control, problems);
            if (name == DefaultName)
            {
                if (control.Tls == DestinationTls.Default) problems.Add(PartProblem.Invalid("The default destination cannot be as the default destination."));
                continue;
            }

            var dot = name.StartsWith('.');
            if (DnsNames.TryNormalise(dot ? name[1..] : name, out var domain)) named[dot ? "." + domain : domain] = control;
            else problems.Add(PartProblem.Invalid($"Destination {name} is no domain."));
        }

        return named;
    }

    private static void RefuseUnsupported(string name, DestinationControl control, List<PartProblem> problems)
    {
        if (control.Dane is { } dane and not DaneMode.None) problems.Add(PartProblem.Unsupported($"Destination {name}: DANE {dane} cannot be applied to this Postfix."));
        if (control.Certificate is not null) problems.Add(PartProblem.Unsupported($"Destination {name}: an own client certificate cannot be applied to this Postfix."));
    }
}

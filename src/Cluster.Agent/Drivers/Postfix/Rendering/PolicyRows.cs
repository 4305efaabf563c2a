using System.Globalization;
using Cluster.Agent.Drivers.Postfix.Files;
using Cluster.Agent.Drivers.Postfix.Published;
using Cluster.Agent.Drivers.Postfix.Routes;
using Cluster.Agent.Drivers.Refusals;
using Cluster.Contracts.Settings;

namespace Cluster.Agent.Drivers.Postfix.Rendering;

/// <summary>The rows of smtp_tls_policy_maps, and the values for every other destination.</summary>
internal sealed record PolicyRows
{
    /// <summary>Key (next hop) to level and attributes, ordered by key.</summary>
    public required IReadOnlyDictionary<string, string> Rows { get; init; }

    /// <summary>Level for every other destination; null = the administrator's.</summary>
    public string? DefaultLevel { get; init; }

    /// <summary>smtp_tls_secure_cert_match for every other destination; null = the administrator's.</summary>
    public string? DefaultMatch { get; init; }

    /// <summary>
    /// Destinations that have TLS where the peer offers it as long as the agent is not there, and none with it; those that have less than
    /// their domains publish; and what could send mail by ways that nobody can search for.
    /// </summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>The map. An internationalised domain stands in it in both forms: Postfix looks it up as the recipient is written.</summary>
    public string Text => string.Concat(Rows.SelectMany(r => FormsOf(r.Key).Select(key => $"{key} {r.Value}\n")));

    /// <summary>Makes the rows.</summary>
    /// <param name="controls">Destination controls by domain as written.</param>
    /// <param name="routing">The host's own routes: where one applies, Postfix looks for the literal next hop, not the domain.</param>
    /// <param name="administrator">main.cf as it is without us.</param>
    /// <param name="problems">Gets whatever cannot be expressed, with the destinations that it is about.</param>
    /// <param name="published">What is known of what domains publish; null = it does not count here.</param>
    public static PolicyRows Make(
        IReadOnlyDictionary<string, DestinationControl> controls,
        Routing routing,
        MainCf administrator,
        List<PartProblem> problems,
        PublishedFindings? published = null)
    {
        var administratorsLevel = PolicyLevel.Of(administrator);
        foreach (var (name, control) in controls) problems.AddRange(Problems(ItemOf(name), control));
        var named = new NamedControls(controls, problems);
        var rows = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in named.Names)
        {
            if (named.Find(name).Found is { } found) rows[name] = DestinationValue.Of(name, found.Control);
        }

        foreach (var (hop, value) in new NextHopRows(named, routing, administratorsLevel, problems).Make()) rows[hop] = value;
        var fallback = named.Fallback?.Control;
        problems.AddRange(OwnPolicies(named, routing, administratorsLevel));
        var less = published is null ? [] : new PublishedRules(named, routing, administratorsLevel, published).Add(problems);
        if (DaneHop.Against(administrator) is { } against)
        {
            var those = named.All.Where(n => DestinationValue.UsesDane(n.Control)).Select(n => n.Item);
            problems.AddRange(those.Select(item => DaneHop.Refused(item, item.Name, against)));
        }

        return new PolicyRows
        {
            Rows = rows,
            DefaultLevel = fallback is null ? null : DestinationValue.LevelOf(fallback),
            DefaultMatch = fallback is not null && DestinationValue.Verifies(fallback)
                ? DestinationValue.MatchOf(domain: null, fallback, []).Replace(":", ", ", StringComparison.Ordinal)
                : null,
            Warnings = [.. less, .. WarningsOf(named, routing, administratorsLevel)],
        };
    }

    /// <summary>Completes "do this, or …" for whatever would lower what the host asks for by itself.</summary>
    public const string Overriding = "set overrideHostPolicy of the destination";

    /// <summary>The item of a destination control.</summary>
    public static ItemName ItemOf(string name) => new(DestinationControl.Kind, name);

    /// <summary>Whether it holds also where the host asks for more by itself.</summary>
    public static bool Overrides(NamedControl control) => control.Control.OverrideHostPolicy is true;

    /// <summary>The forms in which Postfix may look a key up: an internationalised domain has two.</summary>
    public static IEnumerable<string> FormsOf(string key)
    {
        yield return key;
        if (!key.Contains("xn--", StringComparison.Ordinal) || key.Contains('[', StringComparison.Ordinal)) yield break;
        if (Unicode(key) is { } other) yield return other;
    }

    private static string? Unicode(string key)
    {
        try
        {
            var name = new IdnMapping().GetUnicode(key.TrimStart('.'));
            return key.StartsWith('.') ? "." + name : name;
        }
        catch (ArgumentException)
        {
            // No name that a message could bear.
            return null;
        }
    }

    private static IEnumerable<PartProblem> Problems(ItemName item, DestinationControl control)
    {
        if (AgainstDane(control) is { } against)
            yield return PartProblem.Unsupported(item, $"Destination {item.Name}: {against}");
        if (item.Name == DestinationControl.DefaultName && control.Tls == DestinationTls.Default)
            yield return PartProblem.Invalid(item, "The destination `default` cannot have the TLS mode `default`.");
        if (!DestinationValue.Verifies(control)) yield break;
        var unmatched = new List<string>();
        DestinationValue.MatchOf(domain: null, control, unmatched);
        foreach (var match in unmatched)
        {
            yield return PartProblem.Unsupported(
                item, $"Destination {item.Name}: Postfix cannot match the name {match}. Use a host name or .domain.");
        }
    }

    // Postfix has one level for a next hop: what DANE asks for, or what a mode does.
    private static string? AgainstDane(DestinationControl control) => control switch
    {
        { Dane: null or DaneMode.None } => null,
        { Dane: DaneMode.Opportunistic, Tls: not (DestinationTls.Preferred or DestinationTls.PreferredVerify) } =>
            "opportunistic DANE goes with preferred; Postfix cannot enforce a stricter mode for those who publish no keys. Ask for "
                + "mandatory DANE, or for none.",
        { Dane: DaneMode.Mandatory, Tls: DestinationTls.Default or DestinationTls.None or DestinationTls.Preferred
            or DestinationTls.PreferredVerify } => "mandatory DANE goes with required and stricter modes.",
        { Match: not null } => "with DANE Postfix matches no other names than those of the keys. Leave the list of names out.",
        _ => null,
    };

    // The administrator's rows count more than the level for all others and than a row for sub-domains, and his map of sites counts
    // nothing beside policies.
    private static IEnumerable<PartProblem> OwnPolicies(NamedControls named, Routing routing, string? administratorsLevel)
    {
        var everybody = named.All.ToArray();
        if (everybody.Length > 0 && routing.Parameters.GetValueOrDefault("smtp_tls_per_site") is { Length: > 0 } sites)
        {
            yield return new PartProblem(
                Contracts.Machines.ApplyCodes.Unsupported,
                $"smtp_tls_per_site = {sites} is set on the host, and Postfix ignores it as soon as there are policies. Move its rows to "
                    + "smtp_tls_policy_maps.")
            {
                Items = [.. everybody.Select(n => n.Item)],
                LeavesLive = true,
            };
        }

        foreach (var control in everybody.Where(c => c.Control.Tls != DestinationTls.Default))
        {
            var level = DestinationValue.LevelOf(control.Control);
            var who = $"Destination {control.Item.Name}:";
            if (!Overrides(control) && LoweredByAll(level, administratorsLevel) is { } lowered)
                yield return PartProblem.Stronger($"{who} {lowered}", control.Item);
            if (routing.UnlistedPolicies.Count > 0 && !IsForMany(control) && !Overrides(control) && PolicyLevel.IsWeaker(level, "secure"))
            {
                yield return PartProblem.Stronger(
                    $"{who} the host's own policies in {string.Join(", ", routing.UnlistedPolicies)} cannot be listed, and one of them may "
                        + $"ask for more than {level}. Use a type that can be listed (lmdb, hash, texthash, inline), or {Overriding}.",
                    control.Item);
            }

            if (level == "none" || !IsForMany(control)) continue;
            if (routing.Policies.FirstOrDefault(p => Covers(control, p.NextHop) && PolicyLevel.IsWeaker(p.Level, level)) is { } weaker)
            {
                yield return PartProblem.OfHost(
                    control.Item,
                    $"{who} the host's own policy for {weaker.NextHop} in {weaker.Map} is {weaker.Level}, which is weaker. Make it a "
                        + "destination control, or take it away.");
            }

            if (routing.UnlistedPolicies.Count > 0)
            {
                yield return PartProblem.OfHost(
                    control.Item,
                    $"{who} the host's own policies in {string.Join(", ", routing.UnlistedPolicies)} cannot be "
                        + "listed, and may be weaker. Use a type that can be listed (lmdb, hash, texthash, inline).");
            }
        }
    }

    // A level that cannot be told may be any.
    private static string? LoweredByAll(string level, string? administratorsLevel)
    {
        if (PolicyLevel.IsOffered(administratorsLevel) || !PolicyLevel.IsWeaker(level, administratorsLevel ?? "secure")) return null;
        return administratorsLevel is null
            ? $"the level that main.cf sets (smtp_tls_security_level, smtp_enforce_tls) cannot be told, and {level} might lower it. Write "
                + $"smtp_tls_security_level without references, and take smtp_enforce_tls away, or {Overriding}."
            : $"smtp_tls_security_level of the host is {administratorsLevel}, which {level} would lower. Take it away there, ask for as "
                + $"much, or {Overriding}.";
    }

    private static IEnumerable<string> WarningsOf(NamedControls named, Routing routing, string? administratorsLevel)
    {
        if (new FilterHops(named, routing, administratorsLevel).Warning is { } unread) yield return unread;
        if (!PolicyLevel.IsOffered(administratorsLevel)) yield break;
        foreach (var control in named.All.Where(n => n.Control.Tls == DestinationTls.None)) yield return TurnedOff(control.Item.Name);
    }

    private static string TurnedOff(string name) =>
        $"Destination {name}: without the agent, mail to it is encrypted where the peer offers that (smtp_tls_security_level = may of the "
        + "host); with none it is not.";

    private static bool IsForMany(NamedControl control) =>
        control.Item.Name == DestinationControl.DefaultName || control.Item.Name.StartsWith('.');

    private static bool Covers(NamedControl control, string nextHop) =>
        control.Item.Name == DestinationControl.DefaultName || nextHop.EndsWith(control.Item.Name, StringComparison.OrdinalIgnoreCase);
}

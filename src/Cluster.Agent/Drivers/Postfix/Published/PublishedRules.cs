using Cluster.Agent.Drivers.Postfix.Rendering;
using Cluster.Agent.Drivers.Postfix.Routes;
using Cluster.Agent.Drivers.Refusals;
using Cluster.Contracts.Bundles;
using Cluster.Contracts.Machines;
using Cluster.Contracts.Settings;

namespace Cluster.Agent.Drivers.Postfix.Published;

/// <summary>
/// Compares destination controls with what their domains publish: what gives mail no more than the host does without it is refused, what
/// gives it more is applied, with a warning. Only a destination of exactly one domain is compared, whose mail leaves by its MX hosts.
/// </summary>
internal sealed class PublishedRules(NamedControls controls, Routing routing, string? administratorsLevel, PublishedFindings findings)
{
    private const int WarningsShown = 50;

    /// <summary>The domains for which it matters what they publish.</summary>
    /// <param name="controls">Destination controls by domain as written.</param>
    public static IEnumerable<string> NamesOf(IReadOnlyDictionary<string, DestinationControl> controls)
    {
        var named = new NamedControls(controls, []);
        return named.Names.Where(n => named.Own(n) is { } own && MayBeLess(n, own) && !PolicyRows.Overrides(own));
    }

    /// <summary>The controls that ask something else of TLS than what is applied.</summary>
    /// <param name="wanted">Destination controls by domain as written.</param>
    /// <param name="applied">What is applied now; null = nothing.</param>
    public static IReadOnlyDictionary<string, DestinationControl> Changed(
        IReadOnlyDictionary<string, DestinationControl> wanted, ServicePart? applied)
    {
        var before = applied?.All<DestinationControl>();
        return wanted.Where(w => !IsSame(before?.GetValueOrDefault(w.Key), w.Value)).ToDictionary(StringComparer.Ordinal);
    }

    /// <summary>Adds what it makes of each destination.</summary>
    /// <param name="problems">Gets what is refused.</param>
    /// <returns>What people should know.</returns>
    public IReadOnlyList<string> Add(List<PartProblem> problems)
    {
        var warnings = new List<string>();
        foreach (var name in controls.Names)
        {
            if (controls.Own(name) is not { } own || !MayBeLess(name, own) || PolicyRows.Overrides(own)) continue;
            var level = DestinationValue.LevelOf(own.Control);
            if (findings.Find(name) is not { } ask || !ask.IsMoreThan(level) || !LeavesByMx(name)) continue;
            var without = LevelWithout(name);
            if (without is not null && PolicyLevel.IsWeaker(without, level))
            {
                warnings.Add(Warning(own.Item, level, ask));
                continue;
            }

            var hostGivesMore = without is not null && PolicyLevel.IsWeaker(level, without);
            problems.Add(PartProblem.PublishedStronger(own.Item, Refusal(own.Item, level, ask), hostGivesMore));
        }

        if (warnings.Count <= WarningsShown) return warnings;
        return [.. warnings.Take(WarningsShown), $"{ApplyCodes.PublishedPolicyStronger}: and {warnings.Count - WarningsShown} more."];
    }

    private static bool IsSame(DestinationControl? before, DestinationControl now) =>
        before is not null && before.Tls == now.Tls && before.Dane == now.Dane && before.OverrideHostPolicy == now.OverrideHostPolicy;

    private static bool MayBeLess(string name, NamedControl own) =>
        !name.StartsWith('.') && own.Control.Tls != DestinationTls.Default
        && PublishedAsk.MayBeMoreThan(DestinationValue.LevelOf(own.Control));

    // Mail that is given to a relay is none of what the domain's own servers publish.
    private bool LeavesByMx(string name) => routing.WaysOf(name).Any(
        w => (w.NextHop.Length == 0 || w.NextHop == name)
            && routing.Transports.GetValueOrDefault(w.Transport) is { Kind: TransportKind.Smtp });

    // Postfix looks for the domain in all maps before it looks for what covers it.
    private string? LevelWithout(string name)
    {
        if (Theirs(name) is { } exact) return exact;
        foreach (var parent in Routing.ParentsOf(name))
        {
            if (controls.Own(parent) is { Control.Tls: not DestinationTls.Default } ours) return DestinationValue.LevelOf(ours.Control);
            if (Theirs(parent) is { } theirs) return theirs;
        }

        return controls.Fallback is { } fallback ? DestinationValue.LevelOf(fallback.Control) : administratorsLevel;
    }

    private string? Theirs(string name) => routing.Policies.FirstOrDefault(p => p.NextHop == name)?.Level;

    private static string Refusal(ItemName item, string level, PublishedAsk ask) => level == "none"
        ? $"Destination {item.Name}: the domain publishes {ask.Text}, and this would send its mail in clear text. {ask.Remedy}, or "
            + $"{PolicyRows.Overriding}."
        : $"Destination {item.Name}: the domain publishes {ask.Text}, and {level} gives its mail less, and no more than this host does "
            + $"without it. {ask.Remedy}, or {PolicyRows.Overriding}.";

    private static string Warning(ItemName item, string level, PublishedAsk ask) =>
        $"{ApplyCodes.PublishedPolicyStronger} {item}: the domain publishes {ask.Text}, and {level} gives its mail less. It is applied all "
            + $"the same, since this host does less without it. {ask.Remedy}, or {PolicyRows.Overriding}.";
}

using Cluster.Agent.Drivers.Postfix.Routes;
using Cluster.Agent.Drivers.Refusals;
using Cluster.Contracts.Settings;
using Cluster.Pki.Names;

namespace Cluster.Agent.Drivers.Postfix.Rendering;

/// <summary>A destination control with the item that it comes from: its key in the map is a normalised domain.</summary>
/// <param name="Item">The item.</param>
/// <param name="Control">What it says.</param>
internal sealed record NamedControl(ItemName Item, DestinationControl Control);

/// <summary>The destination controls of a part, by normalised domain.</summary>
internal sealed class NamedControls
{
    private readonly SortedDictionary<string, NamedControl> named = new(StringComparer.Ordinal);

    /// <summary>Reads them.</summary>
    /// <param name="controls">Destination controls by domain as written.</param>
    /// <param name="problems">Gets those whose name is no domain.</param>
    public NamedControls(IReadOnlyDictionary<string, DestinationControl> controls, List<PartProblem> problems)
    {
        if (controls.TryGetValue(DestinationControl.DefaultName, out var fallback))
            Fallback = new NamedControl(PolicyRows.ItemOf(DestinationControl.DefaultName), fallback);
        foreach (var (name, control) in controls.Where(c => c.Key != DestinationControl.DefaultName))
        {
            var item = PolicyRows.ItemOf(name);
            var dot = name.StartsWith('.');
            if (!DnsNames.TryNormalise(dot ? name[1..] : name, out var domain))
            {
                problems.Add(PartProblem.Invalid(item, $"Destination {name} is not a domain name."));
                continue;
            }

            if (DnsNames.EndsInNumber(domain)) problems.Add(Address(item));
            named[dot ? "." + domain : domain] = new NamedControl(item, control);
        }
    }

    // What an older agent applied stays, so that no route of the host gets less, and holds nothing else back.
    private static PartProblem Address(ItemName item) => PartProblem.Invalid(
        item,
        $"Destination {item.Name} is an address, or part of one, and no domain: Postfix looks mail to an address up as [ADDRESS], so "
            + "that the destination would hold for no mail. Name the domain that the mail goes to.") with { LeavesLive = true };

    /// <summary>The control for every other destination; null = none.</summary>
    public NamedControl? Fallback { get; }

    /// <summary>Whether there is none at all.</summary>
    public bool IsEmpty => named.Count == 0 && Fallback is null;

    /// <summary>The domains, and <c>.domain</c> for sub-domains, ordered.</summary>
    public IEnumerable<string> Names => named.Keys;

    /// <summary>Those that say a mode of their own, and the one for every other destination.</summary>
    public IEnumerable<NamedControl> All =>
        named.Values.Where(n => n.Control.Tls != DestinationTls.Default).Concat(Fallback is null ? [] : [Fallback]);

    /// <summary>The control of exactly this name; null = none.</summary>
    public NamedControl? Own(string name) => named.GetValueOrDefault(name);

    /// <summary>What holds for a domain: its own control, the nearest that covers it, or the one for every other.</summary>
    /// <returns>Null when nothing does; and whether the domain has a row of its own.</returns>
    public (NamedControl? Found, bool Exact) Find(string name)
    {
        if (named.TryGetValue(name, out var own)) return Resolve(own, exact: !name.StartsWith('.'));
        foreach (var parent in Routing.ParentsOf(name))
        {
            if (named.TryGetValue(parent, out var covering)) return Resolve(covering, exact: false);
        }

        return (Fallback, false);
    }

    // A control that says "as the default" is still the item to refuse; its domain is what has the row.
    private (NamedControl? Found, bool Exact) Resolve(NamedControl found, bool exact)
    {
        if (found.Control.Tls != DestinationTls.Default) return (found, exact);
        return (Fallback is null ? null : found with { Control = Fallback.Control }, exact && Fallback is not null);
    }
}

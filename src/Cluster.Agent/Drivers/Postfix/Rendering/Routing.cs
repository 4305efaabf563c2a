namespace Cluster.Agent.Drivers.Postfix.Rendering;

/// <summary>Where the host's own transport maps and relayhost send mail, as far as they can be listed.</summary>
/// <param name="Routes">Key of the transport map (domain, <c>.domain</c> or <c>*</c>) to its next hops over SMTP, lower-case, as
/// written.</param>
/// <param name="RelayHost">relayhost as written; empty = none.</param>
/// <param name="Unlisted">Maps that could only be asked, not listed.</param>
internal sealed record Routing(IReadOnlyDictionary<string, IReadOnlyList<string>> Routes, string RelayHost, IReadOnlyList<string> Unlisted)
{
    /// <summary>A host that routes nothing.</summary>
    public static Routing None { get; } = new(new Dictionary<string, IReadOnlyList<string>>(), "", []);

    /// <summary>The next hops of a domain, or with a leading dot of its sub-domains; empty = by MX.</summary>
    public IReadOnlyList<string> NextHops(string name)
    {
        foreach (var key in KeysOf(name))
        {
            if (Routes.TryGetValue(key, out var hops)) return hops;
        }

        return RelayHost.Length > 0 ? [RelayHost] : [];
    }

    /// <summary>The keys under which Postfix looks a domain up, nearest first.</summary>
    public static IEnumerable<string> KeysOf(string name)
    {
        if (name != "*") yield return name;
        foreach (var parent in ParentsOf(name)) yield return parent;
        yield return "*";
    }

    /// <summary>The names with a leading dot that cover a domain, nearest first.</summary>
    public static IEnumerable<string> ParentsOf(string name)
    {
        for (var dot = name.IndexOf('.', 1 <= name.Length ? 1 : 0); dot > 0; dot = name.IndexOf('.', dot + 1)) yield return name[dot..];
    }
}

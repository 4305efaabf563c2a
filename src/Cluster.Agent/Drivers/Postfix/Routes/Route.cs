namespace Cluster.Agent.Drivers.Postfix.Routes;

/// <summary>What a route says, as transport(5) and the transport parameters of postconf(5) write it: <c>transport:nexthop</c>.</summary>
/// <param name="Transport">Name in master.cf; empty = as without the route.</param>
/// <param name="NextHop">Destination as written, lower-case; empty = the recipient's domain, or without a transport as without the
/// route.</param>
/// <param name="Source">Where it stands, for people.</param>
internal sealed record Route(string Transport, string NextHop, string Source)
{
    /// <summary>Reads one; without a colon all of it is the transport.</summary>
    public static Route Parse(string value, string source)
    {
        var colon = value.IndexOf(':', StringComparison.Ordinal);
        return colon < 0
            ? new Route(value.Trim(), "", source)
            : new Route(value[..colon].Trim(), value[(colon + 1)..].Trim().ToLowerInvariant(), source);
    }

    /// <summary>The destinations that it names, each of which Postfix looks up by itself; one empty = the recipient's domain.</summary>
    public IReadOnlyList<string> NextHops => NextHop.Length == 0 ? [""] : Words.Of(NextHop);
}

/// <summary>A way that mail can leave by.</summary>
/// <param name="Transport">Name in master.cf.</param>
/// <param name="NextHop">What Postfix looks the policy up by; empty = the recipient's domain, by MX.</param>
/// <param name="Source">Where it stands, for people.</param>
internal sealed record Way(string Transport, string NextHop, string Source)
{
    /// <summary>Whether it stands here for a transport of ours, which is a copy of this one.</summary>
    public bool IsOurs { get; init; }
}

using Cluster.Testing.Network;

namespace Cluster.Testing.Postfix;

/// <summary>What a private Postfix instance is like before any agent touches it.</summary>
public sealed record PostfixOptions
{
    /// <summary>Name in file names and the log.</summary>
    public string Name { get; init; } = "gw";

    /// <summary>Its host name.</summary>
    public string Hostname { get; init; } = "gw.example.test";

    /// <summary>Names of its listeners; each gets a free port on loopback, or on a network host of its own 25, 26 and so on.</summary>
    public IReadOnlyList<string> Listeners { get; init; } = ["mx"];

    /// <summary>Listeners of those that begin with a TLS handshake (RFC 8314); they serve only once they have a certificate.</summary>
    public IReadOnlyList<string> Wrapped { get; init; } = [];

    /// <summary>Listeners of those at the IPv6 address of the network host.</summary>
    public IReadOnlyList<string> OverIPv6 { get; init; } = [];

    /// <summary>Domains for which it takes mail; the mail is discarded, unless it is kept.</summary>
    public IReadOnlyList<string> Domains { get; init; } = [];

    /// <summary>Mail is delivered to a file, with what TLS was used in its Received header.</summary>
    public bool KeepsMail { get; init; }

    /// <summary>Routes, domain to <c>HOST:PORT</c>.</summary>
    public IReadOnlyDictionary<string, string> Routes { get; init; } = new Dictionary<string, string>();

    /// <summary>An existing directory for its configuration; absent = one of its own.</summary>
    public string? ConfigDirectory { get; init; }

    /// <summary>The host of a network that it runs on, and whose DNS it asks; absent = this one, on loopback, without DNS.</summary>
    public NetworkHost? On { get; init; }

    /// <summary>Further lines of main.cf, as an administrator has them.</summary>
    public IReadOnlyList<string> MainCf { get; init; } = [];
}

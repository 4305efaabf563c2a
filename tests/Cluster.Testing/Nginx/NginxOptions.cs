namespace Cluster.Testing.Nginx;

/// <summary>What a private nginx is like before any agent touches it.</summary>
public sealed record NginxOptions
{
    /// <summary>Names of its interfaces; each is a server on a free port of loopback that includes the agent's file.</summary>
    public IReadOnlyList<string> Interfaces { get; init; } = ["admin"];

    /// <summary>Further lines of the main block.</summary>
    public string Main { get; init; } = "";

    /// <summary>Further lines of the http block, before the servers.</summary>
    public string Http { get; init; } = "";

    /// <summary>Further lines of each server.</summary>
    public string Server { get; init; } = "";

    /// <summary>Words behind each <c>listen</c>.</summary>
    public string Listen { get; init; } = "ssl";

    /// <summary>Interfaces whose server does not include the agent's file.</summary>
    public IReadOnlyList<string> Without { get; init; } = [];

    /// <summary>
    /// Whether clients are served a certificate of the administrator for as long as nothing is applied; else they are turned away.
    /// </summary>
    public bool HasFallback { get; init; } = true;

    /// <summary>Further servers, before the others, where <c>PORT</c> is the port of the first interface.</summary>
    public string OthersBefore { get; init; } = "";

    /// <summary>The same, behind the others.</summary>
    public string Others { get; init; } = "";

    /// <summary>An existing directory for its configuration; absent = one of its own.</summary>
    public string? ConfigDirectory { get; init; }
}

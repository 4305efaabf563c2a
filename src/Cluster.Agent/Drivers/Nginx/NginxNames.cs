using System.Text.RegularExpressions;

namespace Cluster.Agent.Drivers.Nginx;

/// <summary>Names and paths of what the driver writes.</summary>
/// <param name="configDirectory">The configuration directory.</param>
internal sealed partial class NginxNames(string configDirectory)
{
    /// <summary>The agent's directory.</summary>
    public string Root { get; } = Path.Combine(configDirectory, "cluster");

    /// <summary>File with key and chain of an interface.</summary>
    public static string PemOf(string management) => management + ".pem";

    /// <summary>File with the directives of an interface.</summary>
    public static string SnippetOf(string management) => management + ".conf";

    /// <summary>Whether the name of an item can be that of a file, and a word of a configuration.</summary>
    public static bool IsUsable(string management) => Usable().IsMatch(management);

    /// <summary>A live file, by the path through the link.</summary>
    public string Live(string file) => Path.Combine(Root, "current", file);

    /// <summary>
    /// What an administrator writes into a server. The pattern names the one file, and is no error while that is not there: so a server
    /// can include it before the first apply.
    /// </summary>
    public string IncludeOf(string management) => $"include {Live(management)}.con[f];";

    [GeneratedRegex(@"^[A-Za-z0-9_][A-Za-z0-9._-]{0,200}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Usable();
}

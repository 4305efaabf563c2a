using Cluster.Agent.Drivers.Generations;
using Cluster.Agent.State;
using Cluster.Contracts.Files;

namespace Cluster.Agent.Drivers.LdapClient;

/// <summary>A file of the host in which the agent's lines stand.</summary>
/// <param name="Path">The file.</param>
/// <param name="User">Who reads it, and the key.</param>
/// <param name="Map">The map of Postfix; null = it is the file of a user.</param>
internal sealed record LdapTarget(string Path, string User, PostfixMap? Map)
{
    /// <summary>The option of libldap with versions and ciphers, by its name in a user's file.</summary>
    public const string Ciphers = "TLS_CIPHER_SUITE";

    /// <summary>What options of libldap are called in the file, by their names in a user's file.</summary>
    private static readonly Dictionary<string, string> InMaps = new(StringComparer.Ordinal)
    {
        ["TLS_CERT"] = "tls_cert",
        ["TLS_KEY"] = "tls_key",
        ["TLS_CACERT"] = "tls_ca_cert_file",
        ["TLS_CACERTDIR"] = "tls_ca_cert_dir",
        ["TLS_REQCERT"] = "tls_require_cert",
        [Ciphers] = "tls_cipher_suite",
    };

    /// <summary>The file of a generation that holds the key for the user.</summary>
    public string KeyFile => KeyFileOf(User);

    /// <summary>For the user alone.</summary>
    public FileRights KeyRights => new(UnixFileMode.UserRead, Privileges.Find(User) ?? FileRights.Own.Owner);

    /// <summary>Mode and owner of the file when the agent makes it.</summary>
    public FileRights OwnRights => new(AtomicFile.Private, Privileges.Find(User) ?? FileRights.Own.Owner);

    /// <summary>Everything that the host's own file names.</summary>
    public static IReadOnlyList<LdapTarget> Of(LdapClientOptions options) =>
    [
        .. (options.Users ?? [])
            .Select(u => new LdapTarget(
                System.IO.Path.Combine(u.Home ?? Privileges.FindHome(u.Name) ?? "/nonexistent", ".ldaprc"), u.Name, null))
            .DistinctBy(t => t.Path),
        .. (options.PostfixMaps ?? []).DistinctBy(m => m.File).Select(m => new LdapTarget(m.File, options.MailOwner, m)),
    ];

    /// <summary>The file of a generation that holds the key for a user.</summary>
    public static string KeyFileOf(string user) => $"ldap-{user}.pem";

    /// <summary>How an option of libldap is written in the file.</summary>
    public string Line(string option, string value) => Map is null ? $"{option} {value}" : $"{NameOf(option)} = {value}";

    /// <summary>The last value of an option in a text, as the software reads it; null = it is not set.</summary>
    public string? Find(string text, string option)
    {
        string? found = null;
        foreach (var line in text.Split('\n').Select(l => l.Trim()).Where(l => l.Length > 0 && l[0] != '#'))
        {
            var end = Map is null ? line.IndexOfAny([' ', '\t']) : line.IndexOf('=', StringComparison.Ordinal);
            if (end > 0 && IsNamed(line[..end].Trim(), option)) found = line[(end + 1)..].Trim();
        }

        return found;
    }

    // libldap takes names in either case, Postfix does not.
    private bool IsNamed(string name, string option) => Map is null
        ? string.Equals(name, option, StringComparison.OrdinalIgnoreCase)
        : string.Equals(name, NameOf(option), StringComparison.Ordinal);

    private string NameOf(string option) => Map is null ? option : InMaps.GetValueOrDefault(option, option);
}

using System.Text;
using System.Text.Json;
using Cluster.Agent.Drivers.Generations;
using Cluster.Agent.Drivers.Postfix.Rendering;
using Cluster.Agent.Drivers.Refusals;
using Cluster.Contracts.Bundles;
using Cluster.Contracts.Machines;
using Cluster.Contracts.Settings;
using Cluster.Pki.Certificates;

namespace Cluster.Agent.Drivers.LdapClient;

/// <summary>What LDAP settings mean on this host, without the keys: the lines of each file, and the authorities.</summary>
internal sealed record LdapContent
{
    /// <summary>The file of a generation that holds the lines by file.</summary>
    public const string LinesFile = "ldap-lines.json";

    /// <summary>The file of a generation that holds the authorities.</summary>
    public const string TrustFile = "ldap-trust.pem";

    private const string SystemDirectory = "/etc/ssl/certs";

    /// <summary>The singleton.</summary>
    public static ItemName Item { get; } = new(LdapSettings.Kind, Kinds.SingletonName);

    /// <summary>The block of TLS protocols for clients.</summary>
    public static ItemName Protocols { get; } = new(TlsProtocolBlock.Kind, TlsProtocolBlock.Clients);

    /// <summary>The lines by file.</summary>
    public required SortedDictionary<string, string[]> Lines { get; init; }

    /// <summary>The authorities that stand in a file of the generation; null = in none.</summary>
    public required byte[]? Trust { get; init; }

    /// <summary>What stands against it.</summary>
    public required IReadOnlyList<PartProblem> Problems { get; init; }

    /// <summary>The lines as they are kept in a generation.</summary>
    public byte[] LinesBytes =>
        JsonSerializer.SerializeToUtf8Bytes(Lines, LdapClientOptionsJson.Default.SortedDictionaryStringStringArray);

    /// <summary>Reads the lines of a generation; none when there are none.</summary>
    public static SortedDictionary<string, string[]> ReadLines(byte[]? file)
    {
        try
        {
            return file is null
                ? new(StringComparer.Ordinal)
                : JsonSerializer.Deserialize(file, LdapClientOptionsJson.Default.SortedDictionaryStringStringArray) ?? [];
        }
        catch (JsonException)
        {
            // Edited by hand: what is to be taken out again is still found by the marks in each file.
            return new(StringComparer.Ordinal);
        }
    }

    /// <summary>That block of a part; null = it has none.</summary>
    public static TlsProtocolBlock? ProtocolsOf(ServicePart part) =>
        part.All<TlsProtocolBlock>().GetValueOrDefault(TlsProtocolBlock.Clients);

    /// <summary>Says what a part means.</summary>
    public static LdapContent Of(LdapClientOptions options, ServicePart part) => Of(options, part, ProtocolsOf(part));

    /// <summary>Says what a part means with another block of TLS protocols for clients.</summary>
    public static LdapContent Of(LdapClientOptions options, ServicePart part, TlsProtocolBlock? block)
    {
        var problems = new List<PartProblem>();
        var ldap = part.Singleton<LdapSettings>();
        var current = Path.Combine(options.ConfigDirectory, "cluster", "current");
        var trust = ldap is null ? null : Authorities(part, ldap, problems);
        var lines = new SortedDictionary<string, string[]>(StringComparer.Ordinal);
        foreach (var target in LdapTarget.Of(options))
        {
            List<string> own = [];
            if (ldap?.ClientCertificate is not null)
            {
                var key = Path.Combine(current, target.KeyFile);
                own.Add(target.Line("TLS_CERT", key));
                own.Add(target.Line("TLS_KEY", key));
            }

            if (trust is not null)
            {
                // An authority file stands in for the directory where there is to be none: a value cannot be taken back, and the
                // system's file could name one.
                var file = trust.File ?? Path.Combine(current, TrustFile);
                own.Add(target.Line("TLS_CACERT", file));
                own.Add(target.Line("TLS_CACERTDIR", trust.Directory ?? file));
            }

            if (ldap is not null) own.Add(target.Line("TLS_REQCERT", target.Map is null ? "demand" : "yes"));
            if (block is not null) own.Add(target.Line(LdapTarget.Ciphers, GnuTlsPriority.Write(block)));
            if (own.Count > 0) lines[target.Path] = [.. own.Select(HostText.Encode)];
        }

        return new LdapContent { Lines = lines, Trust = trust?.Content, Problems = problems };
    }

    // Without a word about trust, the host's own stays.
    private static LdapTrust? Authorities(ServicePart part, LdapSettings ldap, List<PartProblem> problems)
    {
        if (ldap.TrustedAuthorities is { } names)
        {
            var named = part.All<TrustedAuthority>();
            var texts = names.Select(named.GetValueOrDefault).Where(a => a is { Enabled: not false }).Select(a => a!.Certificates).ToList();
            if (texts.Count == 0)
                problems.Add(
                    PartProblem.Invalid(Item, "None of the named authorities is enabled, so that no server could be trusted. Enable one."));
            return new LdapTrust(Encoding.UTF8.GetBytes(string.Concat(texts.Select(t => t.TrimEnd() + "\n"))), null, null);
        }

        if (part.Trust is not { } trust) return null;
        var own = string.Concat(trust.Authorities.Select(a => CertificateInfo.TryRead(Convert.FromBase64String(a))?.ToPem()));
        if (!trust.UseSystem) return new LdapTrust(Encoding.ASCII.GetBytes(own), null, null);
        if (own.Length == 0) return SystemAuthorityFile.Find() is { } system ? new LdapTrust(null, system, null) : null;
        if (!Directory.Exists(SystemDirectory))
            problems.Add(
                PartProblem.OfHost(
                    Item, $"The system's authorities are not in {SystemDirectory}, where libldap could read them beside the cluster's own. "
                    + "Name the trusted authorities for LDAP."));
        return new LdapTrust(Encoding.ASCII.GetBytes(own), null, SystemDirectory);
    }

    private sealed record LdapTrust(byte[]? Content, string? File, string? Directory);
}

using System.Text;

namespace Cluster.Agent.Drivers.Postfix;

/// <summary>
/// Names of ours in main.cf. Parameters of Postfix take only letters, digits and <c>_</c>, so listeners are named in hexadecimal.
/// </summary>
internal static class PostfixNames
{
    /// <summary>The parameter through which every map and PEM file is named: absolute path of a generation.</summary>
    public const string Generation = "cluster_gen";

    /// <summary>What names of ours begin with.</summary>
    public const string Prefix = "cluster_";

    /// <summary>The parameter that says how long a service whose daemon died is held back.</summary>
    public const string Throttle = "service_throttle_time";

    /// <summary>The parameter that holds the TLS versions of all listeners. Its name is no listener's: those are hexadecimal.</summary>
    public const string InboundVersions = Inbound + "protocols";

    /// <summary>The parameter that says that the order of ciphers is that of the list, and not the client's.</summary>
    public const string InboundPreference = Inbound + "preempt";

    /// <summary>The parameter that holds the grade whose ciphers the list replaces.</summary>
    public const string InboundGrade = Inbound + "grade";

    /// <summary>The parameter that holds the ciphers of all listeners up to TLS 1.2.</summary>
    public const string InboundCiphers = Inbound + "ciphers";

    /// <summary>What parameters of the TLS protocols of all listeners begin with.</summary>
    public const string Inbound = Prefix + "smtpd_";

    /// <summary>The name of a listener in lower-case hexadecimal.</summary>
    public static string KeyOf(string listener) => Convert.ToHexStringLower(Encoding.UTF8.GetBytes(listener));

    /// <summary>The parameter that holds a listener's smtpd_tls_security_level.</summary>
    public static string Level(string key) => $"{Prefix}{key}_level";

    /// <summary>The same for a listener whose sender groups differ: its level alone does not say what is asked.</summary>
    public static string GroupLevel(string key) => $"{Prefix}{key}_group_level";

    /// <summary>The parameter that holds a listener's smtpd_tls_chain_files.</summary>
    public static string Chain(string key) => $"{Prefix}{key}_chain";

    /// <summary>The parameter that holds a listener's tls_server_sni_maps.</summary>
    public static string ServerNames(string key) => $"{Prefix}{key}_sni";

    /// <summary>The parameter that says whether a listener demands a trusted client certificate.</summary>
    public static string ClientRequired(string key) => $"{Prefix}{key}_client_required";

    /// <summary>The parameter that names the file of authorities for a listener's clients.</summary>
    public static string ClientAuthorities(string key) => $"{Prefix}{key}_client_ca";

    /// <summary>
    /// The parameter that names no directory of authorities for a listener's clients: one would be trusted beside the file.
    /// </summary>
    public static string ClientAuthoritiesDirectory(string key) => $"{Prefix}{key}_client_capath";

    /// <summary>
    /// The parameter that keeps the default authorities of the TLS library out of what a listener's clients are verified by: the
    /// file holds all that are wanted.
    /// </summary>
    public static string ClientAppendsDefault(string key) => $"{Prefix}{key}_client_append";

    /// <summary>The parameter that asks a listener's clients for a certificate without demanding one.</summary>
    public static string ClientAsked(string key) => $"{Prefix}{key}_client_asked";

    /// <summary>The parameter that keeps AUTH from a listener's clients without TLS.</summary>
    public static string TlsForAuth(string key) => $"{Prefix}{key}_auth_only";

    /// <summary>The parameter that names the restriction classes of a listener: the administrator's, then ours.</summary>
    public static string RestrictionClasses(string key) => $"{Prefix}{key}_classes";

    /// <summary>The parameter that holds one of a listener's lists of restrictions: ours, then the administrator's.</summary>
    /// <param name="key">The listener.</param>
    /// <param name="list">The list, for example <c>smtpd_client_restrictions</c>.</param>
    public static string Restrictions(string key, string list) =>
        $"{Prefix}{key}_at_{list["smtpd_".Length..list.LastIndexOf('_')]}";

    /// <summary>
    /// The parameter that holds our restrictions of a listener alone; only a scratch instance has it.
    /// </summary>
    public static string ProbedRestrictions(string key) => $"{Prefix}{key}_probed";

    /// <summary>The parameter that holds what mail in clear text is refused with at a listener.</summary>
    public static string PlaintextCode(string key) => $"{Prefix}{key}_clear_code";

    /// <summary>The parameter that names a listener's map of EHLO keywords that are kept from clients.</summary>
    public static string KeywordMaps(string key) => $"{Prefix}{key}_keywords";

    /// <summary>A restriction class of a listener.</summary>
    public static string SenderClass(string key, string ending) => $"{Prefix}{key}_{ending}";

    /// <summary>File of one of the tables that find the sender group of a listener's clients.</summary>
    /// <param name="key">The listener.</param>
    /// <param name="number">Which of them, from 1.</param>
    public static string SenderTable(string key, int number) => $"listener_{key}_senders_{number}";

    /// <summary>Whether a file of a generation is a table about a listener's clients or their senders.</summary>
    public static bool IsSenderFile(string file) =>
        file.StartsWith("listener_", StringComparison.Ordinal) && !file.EndsWith(".pem", StringComparison.Ordinal);

    /// <summary>File of the EHLO keywords that are kept from clients.</summary>
    public static string KeywordFile(string key) => $"listener_{key}_keywords";

    /// <summary>File of the whole addresses of an address list.</summary>
    public static string AddressTable(string key, string ending) => $"listener_{key}_{ending}";

    /// <summary>File of the domains of an address list.</summary>
    public static string AddressPatterns(string key, string ending) => $"listener_{key}_{ending}_domains";

    /// <summary>File of a listener's key and chain in a generation.</summary>
    public static string ListenerFile(string key) => $"listener_{key}.pem";

    /// <summary>File of the key and chain of a listener's second certificate in a generation.</summary>
    public static string AlternateFile(string key) => $"listener_{key}_alternate.pem";

    /// <summary>File of the key and chain for a server name in a generation.</summary>
    /// <param name="key">The listener.</param>
    /// <param name="number">Which of its names, from 1.</param>
    public static string ServerNameFile(string key, int number) => $"listener_{key}_sni_{number}.pem";

    /// <summary>File of the outbound client certificate in a generation.</summary>
    public const string ClientFile = "client.pem";

    /// <summary>File of the routes to transports of ours in a generation.</summary>
    public const string RouteFile = "transport";

    /// <summary>The same with those routes alone that are there before a change and after it.</summary>
    public const string RouteFileBetween = "transport.between";

    /// <summary>File of the trusted authorities in a generation.</summary>
    public const string TrustFile = "trust.pem";

    /// <summary>File of the authorities for client certificates in a generation, when they are others than the trusted ones.</summary>
    public const string ClientTrustFile = "client_trust.pem";

    /// <summary>File of the outbound policies in a generation.</summary>
    public const string PolicyFile = "tls_policy";

    /// <summary>How a file of the live generation is named in main.cf.</summary>
    public static string InGeneration(string file) => $"${Generation}/{file}";
}

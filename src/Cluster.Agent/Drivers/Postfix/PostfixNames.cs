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

    /// <summary>The name of a listener in lower-case hexadecimal.</summary>
    public static string KeyOf(string listener) => Convert.ToHexStringLower(Encoding.UTF8.GetBytes(listener));

    /// <summary>The parameter that holds a listener's smtpd_tls_security_level.</summary>
    public static string Level(string key) => $"{Prefix}{key}_level";

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

using Cluster.Agent.Drivers.Protocols;
using Cluster.Contracts.Settings;

namespace Cluster.Agent.Drivers.LdapClient;

/// <summary>
/// A block of TLS protocols as a priority string of GnuTLS, the only place where libldap on GnuTLS takes versions from. GnuTLS is not
/// given suites but their members, and offers every combination of them: whether that is what was named, a trial shows.
/// </summary>
internal static class GnuTlsPriority
{
    private static readonly string[] Exchanges = ["ECDHE-ECDSA", "ECDHE-RSA", "DHE-RSA"];

    // What is left of OpenSSL's name without the key exchange, as GnuTLS calls cipher and MAC.
    private static readonly Dictionary<string, (string Cipher, string Mac)> Members = new(StringComparer.Ordinal)
    {
        ["AES256-GCM-SHA384"] = ("AES-256-GCM", "AEAD"),
        ["AES128-GCM-SHA256"] = ("AES-128-GCM", "AEAD"),
        ["CHACHA20-POLY1305"] = ("CHACHA20-POLY1305", "AEAD"),
        ["AES256-CCM"] = ("AES-256-CCM", "AEAD"),
        ["AES128-CCM"] = ("AES-128-CCM", "AEAD"),
        ["AES256-CCM8"] = ("AES-256-CCM-8", "AEAD"),
        ["AES128-CCM8"] = ("AES-128-CCM-8", "AEAD"),
        ["AES256-SHA"] = ("AES-256-CBC", "SHA1"),
        ["AES128-SHA"] = ("AES-128-CBC", "SHA1"),
        ["AES256-SHA256"] = ("AES-256-CBC", "SHA256"),
        ["AES128-SHA256"] = ("AES-128-CBC", "SHA256"),
        ["AES256-SHA384"] = ("AES-256-CBC", "SHA384"),
        ["TLS_AES_256_GCM_SHA384"] = ("AES-256-GCM", "AEAD"),
        ["TLS_CHACHA20_POLY1305_SHA256"] = ("CHACHA20-POLY1305", "AEAD"),
        ["TLS_AES_128_GCM_SHA256"] = ("AES-128-GCM", "AEAD"),
        ["TLS_AES_128_CCM_SHA256"] = ("AES-128-CCM", "AEAD"),
        ["TLS_AES_128_CCM_8_SHA256"] = ("AES-128-CCM-8", "AEAD"),
    };

    /// <summary>The first cipher that GnuTLS has no words for; null = there is none.</summary>
    public static string? Unknown(TlsProtocolBlock block) => (block.Ciphers ?? []).FirstOrDefault(c => !Members.ContainsKey(MembersOf(c)));

    /// <summary>The string of a block; ciphers that are unknown are left out.</summary>
    public static string Write(TlsProtocolBlock block)
    {
        var versions = ProtocolText.Versions(block).Split(' ').Reverse().Select(v => "VERS-" + (v == "TLSv1" ? "TLS1.0" : "TLS" + v[4..]));
        IEnumerable<string> words = ["NORMAL", "-VERS-ALL", .. versions.Select(v => "+" + v)];
        if (block.Ciphers is not { } ciphers) return string.Join(':', words);
        var members = ciphers.Select(c => Members.GetValueOrDefault(MembersOf(c))).Where(m => m.Cipher is not null).ToList();
        var older = ciphers.Where(c => !c.StartsWith("TLS_", StringComparison.Ordinal)).ToList();
        words = [.. words, .. Only("CIPHER", members.Select(m => m.Cipher))];

        // TLS 1.3 has neither key exchange nor MAC in its suites: with none named before it, those stay.
        if (older.Count > 0) words = [.. words, .. Only("KX", older.Select(ExchangeOf)), .. Only("MAC", members.Select(m => m.Mac))];
        return string.Join(':', words);
    }

    private static IEnumerable<string> Only(string sort, IEnumerable<string> names) =>
        names.Distinct(StringComparer.Ordinal).Select(n => "+" + n).Prepend($"-{sort}-ALL");

    private static string ExchangeOf(string cipher) =>
        Exchanges.FirstOrDefault(e => cipher.StartsWith(e + "-", StringComparison.Ordinal)) ?? "RSA";

    private static string MembersOf(string cipher) =>
        Exchanges.FirstOrDefault(e => cipher.StartsWith(e + "-", StringComparison.Ordinal)) is { } exchange
            ? cipher[(exchange.Length + 1)..]
            : cipher;
}

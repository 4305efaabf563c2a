using System.Text.RegularExpressions;
using Cluster.Contracts.Json;
using Cluster.Contracts.Settings;

namespace Cluster.Domain.Settings;

/// <summary>
/// Names of cipher suites: those of OpenSSL up to TLS 1.2 and those of IANA for TLS 1.3, one an entry. Nothing that leaves a connection
/// without authentication or encryption, or with a key of export length, is taken.
/// </summary>
internal static partial class CipherRules
{
    private const int MaximumCiphers = 100;
    private const int MaximumLength = 64;

    private static readonly HashSet<string> Tls13 =
    [
        "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_GCM_SHA256", "TLS_AES_128_CCM_SHA256",
        "TLS_AES_128_CCM_8_SHA256",
    ];

    private static readonly HashSet<string> Forbidden =
        new(["NULL", "aNULL", "eNULL", "ADH", "AECDH", "anon", "EXP", "EXP1024", "EXPORT", "EXPORT40", "EXPORT56"],
            StringComparer.OrdinalIgnoreCase);

    public static IEnumerable<FieldError> Check(TlsProtocolBlock block, string pointer)
    {
        if (block.Ciphers is not { } ciphers) return [];
        if (ciphers.Count == 0)
            return [new FieldError(
                pointer, FieldErrorCodes.Empty, "An empty list would allow no cipher; name ciphers, or leave the list out.")];
        if (ciphers.Count > MaximumCiphers)
            return [new FieldError(
                pointer, FieldErrorCodes.TooMany, $"A list has at most {MaximumCiphers} ciphers; this one has {ciphers.Count}.")];
        return ciphers.SelectMany((cipher, i) => CheckOne(cipher, block, $"{pointer}/{i}"))
            .Concat(FieldRules.Unique(ciphers, pointer, "cipher"));
    }

    private static IEnumerable<FieldError> CheckOne(string cipher, TlsProtocolBlock block, string pointer)
    {
        if (cipher.Split('-', '_', '+', ':', '!').Any(Forbidden.Contains))
            yield return new FieldError(
                pointer,
                FieldErrorCodes.InsecureCipher,
                $"'{cipher}' leaves out authentication or encryption, or has a key of export length; remove it.");
        else if (Tls13.Contains(cipher))
        {
            if (block.Maximum < TlsVersion.Tls13)
                yield return new FieldError(
                    pointer,
                    FieldErrorCodes.Contradiction,
                    $"'{cipher}' belongs to TLS 1.3, which the maximum leaves out; raise it, or remove the cipher.");
        }
        else if (cipher.Length > MaximumLength || !OpenSslName().IsMatch(cipher))
            yield return new FieldError(
                pointer,
                FieldErrorCodes.Cipher,
                "An entry is the name of one cipher suite: that of OpenSSL up to TLS 1.2, for example ECDHE-RSA-AES256-GCM-SHA384, or a "
                    + $"suite of TLS 1.3: {string.Join(", ", Tls13)}. Keywords and cipher strings such as HIGH:!MD5 are not taken.");
        else if (block.Minimum == TlsVersion.Tls13)
            yield return new FieldError(
                pointer,
                FieldErrorCodes.Contradiction,
                $"'{cipher}' is used up to TLS 1.2, which the minimum leaves out; remove it, or lower the minimum.");
    }

    // A hyphen at least: names of single algorithms and of classes (HIGH, DEFAULT) have none.
    [GeneratedRegex("^[A-Z0-9]+(-[A-Z0-9]+)+\\z", RegexOptions.CultureInvariant)]
    private static partial Regex OpenSslName();
}

using System.Collections.Frozen;
using System.Globalization;

namespace Cluster.Verification.Tls;

/// <summary>A cipher suite.</summary>
/// <param name="Name">OpenSSL's name up to TLS 1.2, IANA's for TLS 1.3.</param>
/// <param name="Code">Its number in the IANA registry "TLS Cipher Suites".</param>
/// <param name="KeyKind">Which kind of certificate it needs; any in TLS 1.3, where that is no matter of the suite.</param>
public sealed record CipherSuite(string Name, int Code, KeyKinds KeyKind)
{
    /// <summary>Whether it belongs to TLS 1.3 (RFC 8446, B.4), which takes no others.</summary>
    public bool IsTls13 => CipherSuites.IsOfTls13(Code);
}

/// <summary>
/// The suites that settings can name, with the numbers by which a handshake names them: those of OpenSSL 3 with a certificate and with
/// encryption. Suites for keys that the product does not make (DSS) and without certificates (PSK, SRP) are not among them.
/// </summary>
public static class CipherSuites
{
    // One a line: number, name.
    private const string Table = """
        1302 TLS_AES_256_GCM_SHA384
        1303 TLS_CHACHA20_POLY1305_SHA256
        1301 TLS_AES_128_GCM_SHA256
        C02C ECDHE-ECDSA-AES256-GCM-SHA384
        C030 ECDHE-RSA-AES256-GCM-SHA384
        009F DHE-RSA-AES256-GCM-SHA384
        CCA9 ECDHE-ECDSA-CHACHA20-POLY1305
        CCA8 ECDHE-RSA-CHACHA20-POLY1305
        CCAA DHE-RSA-CHACHA20-POLY1305
        C0AF ECDHE-ECDSA-AES256-CCM8
        C0AD ECDHE-ECDSA-AES256-CCM
        C0A3 DHE-RSA-AES256-CCM8
        C09F DHE-RSA-AES256-CCM
        C05D ECDHE-ECDSA-ARIA256-GCM-SHA384
        C061 ECDHE-ARIA256-GCM-SHA384
        C053 DHE-RSA-ARIA256-GCM-SHA384
        C02B ECDHE-ECDSA-AES128-GCM-SHA256
        C02F ECDHE-RSA-AES128-GCM-SHA256
        009E DHE-RSA-AES128-GCM-SHA256
        C0AE ECDHE-ECDSA-AES128-CCM8
        C0AC ECDHE-ECDSA-AES128-CCM
        C0A2 DHE-RSA-AES128-CCM8
        C09E DHE-RSA-AES128-CCM
        C05C ECDHE-ECDSA-ARIA128-GCM-SHA256
        C060 ECDHE-ARIA128-GCM-SHA256
        C052 DHE-RSA-ARIA128-GCM-SHA256
        C024 ECDHE-ECDSA-AES256-SHA384
        C028 ECDHE-RSA-AES256-SHA384
        006B DHE-RSA-AES256-SHA256
        C073 ECDHE-ECDSA-CAMELLIA256-SHA384
        C077 ECDHE-RSA-CAMELLIA256-SHA384
        00C4 DHE-RSA-CAMELLIA256-SHA256
        C023 ECDHE-ECDSA-AES128-SHA256
        C027 ECDHE-RSA-AES128-SHA256
        0067 DHE-RSA-AES128-SHA256
        C072 ECDHE-ECDSA-CAMELLIA128-SHA256
        C076 ECDHE-RSA-CAMELLIA128-SHA256
        00BE DHE-RSA-CAMELLIA128-SHA256
        C00A ECDHE-ECDSA-AES256-SHA
        C014 ECDHE-RSA-AES256-SHA
        0039 DHE-RSA-AES256-SHA
        0088 DHE-RSA-CAMELLIA256-SHA
        C009 ECDHE-ECDSA-AES128-SHA
        C013 ECDHE-RSA-AES128-SHA
        0033 DHE-RSA-AES128-SHA
        0045 DHE-RSA-CAMELLIA128-SHA
        009D AES256-GCM-SHA384
        C0A1 AES256-CCM8
        C09D AES256-CCM
        C051 ARIA256-GCM-SHA384
        009C AES128-GCM-SHA256
        C0A0 AES128-CCM8
        C09C AES128-CCM
        C050 ARIA128-GCM-SHA256
        003D AES256-SHA256
        00C0 CAMELLIA256-SHA256
        003C AES128-SHA256
        00BA CAMELLIA128-SHA256
        0035 AES256-SHA
        0084 CAMELLIA256-SHA
        002F AES128-SHA
        0041 CAMELLIA128-SHA
        1304 TLS_AES_128_CCM_SHA256
        1305 TLS_AES_128_CCM_8_SHA256
        000A DES-CBC3-SHA
        C012 ECDHE-RSA-DES-CBC3-SHA
        C008 ECDHE-ECDSA-DES-CBC3-SHA
        0016 DHE-RSA-DES-CBC3-SHA
        0005 RC4-SHA
        """;

    // Without a certificate or without encryption: settings cannot name them, and no server may take them.
    private static readonly int[] Unsafe = [0x0001, 0x0002, 0x0018, 0x001B, 0x0034, 0x003A, 0x00A6, 0x00A7, 0xC015, 0xC017, 0xC018, 0xC019];

    /// <summary>Every suite that is known, by name.</summary>
    public static FrozenDictionary<string, CipherSuite> ByName { get; } =
        Table.Split('\n').Select(Read).ToFrozenDictionary(s => s.Name, StringComparer.Ordinal);

    /// <summary>Numbers of all known suites up to TLS 1.2.</summary>
    public static IReadOnlyList<int> UpToTls12 { get; } = [.. ByName.Values.Where(s => !s.IsTls13).Select(s => s.Code)];

    /// <summary>Numbers of the suites of TLS 1.3.</summary>
    public static IReadOnlyList<int> OfTls13 { get; } = [.. ByName.Values.Where(s => s.IsTls13).Select(s => s.Code)];

    /// <summary>What a server that shall take only some suites may take none of: every other that is known, those without a certificate or
    /// encryption included.</summary>
    /// <param name="taken">What it shall take, of one sort.</param>
    public static IReadOnlyList<int> OthersThan(IReadOnlyList<CipherSuite> taken) => taken is [{ IsTls13: true }, ..]
        ? [.. OfTls13.Except(taken.Select(s => s.Code))]
        : [.. UpToTls12.Concat(Unsafe).Except(taken.Select(s => s.Code))];

    /// <summary>Whether a number is of a suite of TLS 1.3.</summary>
    public static bool IsOfTls13(int code) => code >> 8 == 0x13;

    /// <summary>Whether a number is of a suite that goes with every version up to TLS 1.2: those with a MAC by SHA-1.</summary>
    public static bool GoesWithAll(int code) => NameOf(code).EndsWith("-SHA", StringComparison.Ordinal);

    /// <summary>The name of a number; the number in hex when it is not known.</summary>
    public static string NameOf(int code) =>
        ByName.Values.FirstOrDefault(s => s.Code == code)?.Name ?? code.ToString("X4", CultureInfo.InvariantCulture);

    private static CipherSuite Read(string line)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var code = int.Parse(words[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return new CipherSuite(words[1], code, KindOf(words[1]));
    }

    private static KeyKinds KindOf(string name)
    {
        if (name.StartsWith("TLS_", StringComparison.Ordinal)) return KeyKinds.Any;
        return name.Contains("ECDSA", StringComparison.Ordinal) ? KeyKinds.Ecdsa : KeyKinds.Rsa;
    }
}

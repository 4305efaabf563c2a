namespace Cluster.Pki.Containers.Pem;

/// <summary>
/// Recognises PEM lines whose hyphens a word processor or a mail client turned into dashes, or of which some are missing. They are
/// named, not read: what else such a program changed nobody knows.
/// </summary>
internal static class PemDashes
{
    private const string Five = "-----";
    private const int Longest = 64;

    private static readonly string[] Labels =
        ["CERTIFICATE", "X509 ", "TRUSTED ", "NEW CERTIFICATE", "PRIVATE KEY", "ENCRYPTED PRIVATE", "RSA PRIVATE", "EC PRIVATE", "PKCS"];

    public static PkiError Refusal { get; } = Refusals.Unknown(
        "The data is text with BEGIN and END lines whose five hyphens were replaced by other dashes, as a word processor does, or are not "
            + "all there",
        "Write five hyphens (-----) before and after each BEGIN and END text, or send the file as it came from the authority.");

    /// <summary>Whether the text has a BEGIN or END line that would be one of PEM but for its hyphens.</summary>
    public static bool AreReplaced(string text) => AreReplaced(text, "BEGIN ") || AreReplaced(text, "END ");

    private static bool AreReplaced(ReadOnlySpan<char> text, string word)
    {
        for (var at = text.IndexOf(word, StringComparison.Ordinal); at >= 0; at = text.IndexOf(word, StringComparison.Ordinal))
        {
            var before = text[Math.Max(0, at - Longest)..at].TrimEnd(' ');
            var rest = text[(at + word.Length)..];
            var label = rest[..Math.Min(rest.Length, Longest)];
            if (IsLabel(label) && (IsWrongEnd(before) || IsWrongStart(label.TrimStart("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789# "))))
                return true;
            text = rest;
        }

        return false;
    }

    private static bool IsWrongEnd(ReadOnlySpan<char> before) => before.Length > 0 && IsDash(before[^1]) && !before.EndsWith(Five);

    private static bool IsWrongStart(ReadOnlySpan<char> behind) => behind.Length > 0 && IsDash(behind[0]) && !behind.StartsWith(Five);

    private static bool IsLabel(ReadOnlySpan<char> text)
    {
        foreach (var label in Labels)
        {
            if (text.StartsWith(label)) return true;
        }

        return false;
    }

    // Hyphens and dashes as UTF-16 and Windows-1252 have them; bytes of UTF-8 stand as one character each here, and a dash begins with
    // the first and ends with one of the others.
    private static bool IsDash(char c) => c is '-' or '\u00AD' or '\u2212' or '\uFF0D' or (>= '\u2010' and <= '\u2015')
        or '\u00E2' or '\u00EF' or '\u008D' or (>= '\u0090' and <= '\u0097');
}

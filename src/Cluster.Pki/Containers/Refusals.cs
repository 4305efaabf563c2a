namespace Cluster.Pki.Containers;

/// <summary>The refusals of the reader; each says what was found, what is wrong and what to do.</summary>
internal static class Refusals
{
    public static PkiError Empty { get; } = new(
        ReadProblem.Empty, "There is no data.", "Send a file with a certificate, a key or a container.");

    /// <param name="others">What is there instead; may be empty.</param>
    public static PkiError NothingInside(IReadOnlyList<OtherObject> others) => others.Count == 0
        ? new(
            ReadProblem.NothingInside,
            "The data was read, but it holds no certificate, private key or request.",
            "Export again, and choose what to export.")
        : new(
            ReadProblem.NothingInside,
            $"The data holds {Listed(others)}, but no certificate, private key or request.",
            others[0].Instead);

    public static PkiError TooLarge(long size) =>
        new(
            ReadProblem.TooLarge,
            $"The data has {size} bytes; at most {CertificateReader.MaximumSize} are read.",
            "Send only the objects that are needed.");

    public static PkiError Unknown(string looksLike, string hint = "Send PEM, DER, PKCS#7 or PKCS#12.") =>
        new(ReadProblem.UnknownFormat, $"{looksLike}; no certificate, key, request or container was found.", hint);

    public static PkiError Damaged(string what, string how) =>
        new(
            ReadProblem.Damaged,
            $"{what} was found, but it is damaged: {how}.",
            "Export or copy it again; transfer it in binary mode, or as complete PEM text.");

    public static PkiError MalformedCertificate(string how) =>
        new(
            ReadProblem.MalformedCertificate,
            $"A certificate was found that is not as it must be: {how}.",
            "Ask who issued it for a correct one; if it was edited or converted, send the original.");

    public static PkiError MissingPassword(string what) =>
        new(ReadProblem.MissingPassword, $"{what} is encrypted and no password was given.", "Give the password.");

    public static PkiError WrongPassword(string what) =>
        new(
            ReadProblem.WrongPassword,
            $"{what} is encrypted and the given password does not open it.",
            "Check the password, its case and its keyboard layout; if it is right, the file is damaged: export it again.");

    public static PkiError OtherPassword(string what) =>
        new(
            ReadProblem.MissingPassword,
            $"{what} has another password than the rest: the given one opens other parts of the file, and not this one.",
            "Give this password too, as the password of the private key; or export everything again with one password.");

    public static PkiError UnsupportedAlgorithm(string what, string algorithm) =>
        new(
            ReadProblem.UnsupportedAlgorithm,
            $"{what} uses {algorithm}, which is not supported.",
            "Write it again with AES-256 and HMAC-SHA-256 (for example 'openssl pkcs12 -export' of OpenSSL 3).");

    public static PkiError UnsupportedKey(string algorithm) =>
        new(
            ReadProblem.UnsupportedAlgorithm,
            $"A private key was found, but it uses {algorithm}, which is not supported.",
            "Make a new key, RSA of 2048 to 4096 bits, EC P-256 or Ed25519, and have a certificate issued for it.");

    public static PkiError CompressedPoint(string subject) =>
        new(
            ReadProblem.UnsupportedAlgorithm,
            $"The certificate '{subject}' holds its EC key as a compressed point (RFC 5480, 2.2), which is not supported: many peers do "
                + "not read it.",
            "Have it issued again, from a request that holds the uncompressed point (openssl ec -conv_form uncompressed).");

    public static PkiError UnsupportedFormat(string format, string hint) =>
        new(ReadProblem.UnsupportedFormat, $"{format} was found; this format is not read.", hint);

    public static PkiError TooExpensive(string what, string why) =>
        new(
            ReadProblem.TooExpensive,
            $"{what} was found, but {why}.",
            "Write it again with at most 1,000,000 iterations and only the objects that are needed.");

    private static string Listed(IReadOnlyList<OtherObject> others)
    {
        const int shown = 3;
        var names = string.Join(", ", others.Take(shown).Select(o => o.Name));
        return others.Count > shown ? $"{names} and {others.Count - shown} more" : names;
    }
}

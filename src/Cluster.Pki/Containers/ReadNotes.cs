using Cluster.Pki.Findings;

namespace Cluster.Pki.Containers;

/// <summary>What there is to say about a file that was read; never the reason of a refusal.</summary>
internal static class ReadNotes
{
    /// <summary>Below so many iterations a note says so; what programs of the last twenty years write has more.</summary>
    public const int FewIterations = 1_000;

    private const string WriteAgain =
        "Nothing needs to be done here; whoever keeps this file should write it again (for example 'openssl pkcs12 -export' of OpenSSL 3).";

    public static CertificateFinding WithoutIntegrity { get; } = new(
        "container-without-integrity",
        PkiSeverity.Info,
        "The PKCS#12 has no MAC: whether it was altered on its way cannot be seen.",
        "Compare the digest of the certificate with that of who issued it.");

    public static CertificateFinding WithoutEncryption { get; } = new(
        "container-without-encryption",
        PkiSeverity.Warning,
        "The private key in the PKCS#12 is not encrypted: whoever has the file has the key.",
        "Delete the file and its copies, or export it again with a password.");

    public static CertificateFinding TooFewIterations { get; } = new(
        "container-few-iterations",
        PkiSeverity.Info,
        $"The key derivation has fewer than {FewIterations} iterations: who has the file can guess its password at speed.",
        WriteAgain);

    public static CertificateFinding OldEncryption { get; } = new(
        "container-old-encryption",
        PkiSeverity.Info,
        "The file is encrypted with RC2, RC4, DES or in the traditional way of OpenSSL, which protect it badly.",
        WriteAgain);

    public static CertificateFinding TrailingData(string what, int count) => new(
        "trailing-data",
        PkiSeverity.Warning,
        $"{count} bytes follow the end of the {what}; they were not read.",
        "Check that the file holds nothing else, or send the objects one by one.");

    public static CertificateFinding Skipped(OtherObject other) => new(
        "ignored-block", PkiSeverity.Info, $"The data also holds {other.Name}, which is not used here.", "Nothing needs to be done.");
}

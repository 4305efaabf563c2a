using Cluster.Pki.Findings;

namespace Cluster.Pki.Containers;

/// <summary>What there is to say about a file that was read; never the reason of a refusal.</summary>
internal static class ReadNotes
{
    public static CertificateFinding TrailingData(string what, int count) => new(
        "trailing-data",
        PkiSeverity.Warning,
        $"{count} bytes follow the end of the {what}; they were not read.",
        "Check that the file holds nothing else, or send the objects one by one.");

    public static CertificateFinding Skipped(OtherObject other) => new(
        "ignored-block", PkiSeverity.Info, $"The data also holds {other.Name}, which is not used here.", "Nothing needs to be done.");
}

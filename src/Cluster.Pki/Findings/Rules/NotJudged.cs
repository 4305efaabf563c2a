namespace Cluster.Pki.Findings.Rules;

/// <summary>A rule failed, or would have cost more than its budget: peers may stumble over the same certificate.</summary>
internal sealed class NotJudged : ICertificateRule
{
    /// <summary>Code of its findings.</summary>
    public const string Name = "not-judged";

    private const string TooMuch =
        "it takes more work than a certificate is given. OpenSSL, GnuTLS and others have bounds, too, and refuse or never finish it";

    public string Code => Name;

    public string Reference => "RFC 5280, 6.1";

    public IEnumerable<CertificateFinding> Check(FindingContext context)
    {
        if (context.Repaired is { Cut: true })
            yield return Finding(
                "The chain of the upload could not be judged: the issuer was looked for among many certificates of one name, and "
                    + $"{TooMuch}.",
                "Send only the certificates of this chain: the leaf, its intermediates, and the root.");
    }

    /// <summary>Says which rules did not come to an end, and why.</summary>
    public static CertificateFinding By(IReadOnlyList<RuleFailure> failures) => Finding(
        $"It could not be judged: {string.Join(' ', failures.GroupBy(f => f.Cause?.GetType().Name).Select(Why))}",
        "Nothing is known about these rules, the others were judged. If peers refuse it, have it issued again with fewer names and "
            + "constraints, and report it to the makers of this software where it looks ordinary.");

    /// <summary>Says that a stored certificate cannot be read.</summary>
    /// <param name="what">What cannot be read, as the beginning of a sentence.</param>
    public static CertificateFinding Unreadable(string what) => Finding(
        $"It could not be judged: {what} cannot be read.", "Import the certificate again, or have it issued anew.");

    private static CertificateFinding Finding(string message, string hint) => new(Name, PkiSeverity.Warning, message, hint);

    private static string Why(IGrouping<string?, RuleFailure> failures)
    {
        var codes = string.Join(", ", failures.Select(f => $"'{f.Code}'"));
        return failures.Key is { } thrown ? $"{codes}: failed unexpectedly ({thrown})." : $"{codes}: {TooMuch}.";
    }
}

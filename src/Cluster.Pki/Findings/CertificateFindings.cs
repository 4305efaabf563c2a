namespace Cluster.Pki.Findings;

/// <summary>Evaluates all rules.</summary>
public static class CertificateFindings
{
    /// <summary>Codes of all rules, for documentation and muting.</summary>
    public static IReadOnlyList<string> Codes => throw new NotSupportedException();

    /// <summary>Evaluates every rule and returns all findings, errors first, then by code.</summary>
    public static IReadOnlyList<CertificateFinding> Evaluate(FindingContext context) => throw new NotSupportedException();
}

namespace Cluster.Pki.Findings;

/// <summary>Something that an administrator should know about a certificate.</summary>
/// <param name="Code">Stable code, for example <c>certificate-expired</c>.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="Message">What was found.</param>
/// <param name="Hint">What to do.</param>
public sealed record CertificateFinding(string Code, PkiSeverity Severity, string Message, string Hint)
{
    /// <summary>True when it depends on time, so that it never blocks.</summary>
    public bool DependsOnTime { get; init; }
}

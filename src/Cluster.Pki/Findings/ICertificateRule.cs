namespace Cluster.Pki.Findings;

/// <summary>One rule about certificates.</summary>
internal interface ICertificateRule
{
    /// <summary>Stable code of its findings.</summary>
    string Code { get; }

    /// <summary>Where the rule comes from: RFC, or CA/Browser Forum Baseline Requirements.</summary>
    string Reference { get; }

    /// <summary>Judges one certificate in its context.</summary>
    IEnumerable<CertificateFinding> Check(FindingContext context);
}

namespace Cluster.Pki.Findings.Authorities;

/// <summary>One rule about trusted authorities.</summary>
internal interface IAuthorityRule
{
    /// <summary>Stable code of its findings.</summary>
    string Code { get; }

    /// <summary>Where the rule comes from.</summary>
    string Reference { get; }

    /// <summary>Judges one authority.</summary>
    IEnumerable<CertificateFinding> Check(AuthorityContext context);
}

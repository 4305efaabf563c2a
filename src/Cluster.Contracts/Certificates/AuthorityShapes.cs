namespace Cluster.Contracts.Certificates;

/// <summary>What stands in a trusted authority.</summary>
public sealed record AuthorityContents
{
    /// <summary>Its certificates in order.</summary>
    public required IReadOnlyList<InspectedCertificate> Certificates { get; init; }

    /// <summary>What is found about them, given everything else that the cluster trusts.</summary>
    public required IReadOnlyList<CertificateFindingShape> Findings { get; init; }
}

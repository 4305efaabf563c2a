namespace Cluster.Contracts.Certificates;

/// <summary>What stands in a trusted authority.</summary>
public sealed record AuthorityContents
{
    /// <summary>Its certificates in order.</summary>
    public required IReadOnlyList<InspectedCertificate> Certificates { get; init; }

    /// <summary>What is found about them, given everything else that the cluster trusts.</summary>
    public required IReadOnlyList<CertificateFindingShape> Findings { get; init; }
}

/// <summary>A trusted authority as it was made of a file, with what was found about it.</summary>
public sealed record ImportedAuthority
{
    /// <summary>Name of the trusted authority, as in its path.</summary>
    public required string Name { get; init; }

    /// <summary>The certificates as PEM text, each once.</summary>
    public required string Certificates { get; init; }

    /// <summary>Whether it counts; absent = it does.</summary>
    public bool? Enabled { get; init; }

    /// <summary>What is found about the file and its certificates, given everything else that the cluster trusts.</summary>
    public required IReadOnlyList<CertificateFindingShape> Findings { get; init; }
}

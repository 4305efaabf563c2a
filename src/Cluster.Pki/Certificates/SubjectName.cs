namespace Cluster.Pki.Certificates;

/// <summary>The parts of a distinguished name that certificates of servers carry.</summary>
public sealed record SubjectName
{
    /// <summary>CN; in a request, when absent, the first SAN that fits in 64 characters.</summary>
    public string? CommonName { get; init; }

    /// <summary>O.</summary>
    public string? Organization { get; init; }

    /// <summary>OU.</summary>
    public string? OrganizationalUnit { get; init; }

    /// <summary>L.</summary>
    public string? Locality { get; init; }

    /// <summary>ST.</summary>
    public string? State { get; init; }

    /// <summary>C, two letters.</summary>
    public string? Country { get; init; }

    /// <summary>Whether no part is set.</summary>
    public bool IsEmpty => (CommonName ?? Organization ?? OrganizationalUnit ?? Locality ?? State ?? Country) is null;
}

namespace Cluster.Verification.Published;

/// <summary>What is known of something that a domain may publish.</summary>
public enum PublishedState
{
    /// <summary>It could not be found out.</summary>
    Unknown,

    /// <summary>Whoever answers for the domain says that there is none.</summary>
    Nothing,

    /// <summary>There is one, and it can be read.</summary>
    Published,
}

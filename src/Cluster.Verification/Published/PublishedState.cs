namespace Cluster.Verification.Published;

/// <summary>What is known of something that a domain may publish.</summary>
public enum PublishedState
{
    /// <summary>It could not be found out.</summary>
    Unknown,

    /// <summary>Nothing is published.</summary>
    Nothing,

    /// <summary>It is published.</summary>
    Published,
}

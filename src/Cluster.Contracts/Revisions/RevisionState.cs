using System.Text.Json.Serialization;
using Cluster.Contracts.Json;

namespace Cluster.Contracts.Revisions;

/// <summary>Where a revision stands; derived from its rollout.</summary>
[JsonConverter(typeof(KebabEnum<RevisionState>))]
public enum RevisionState
{
    /// <summary>Its rollout is queued.</summary>
    Committed,

    /// <summary>Its rollout runs or is paused.</summary>
    Rolling,

    /// <summary>Its rollout succeeded.</summary>
    Complete,

    /// <summary>Its rollout failed.</summary>
    Held,

    /// <summary>Its rollout was cancelled.</summary>
    Cancelled,

    /// <summary>A newer revision went out in its place.</summary>
    Superseded,

    /// <summary>It was rolled back, by request or because nobody confirmed it.</summary>
    Returned,
}

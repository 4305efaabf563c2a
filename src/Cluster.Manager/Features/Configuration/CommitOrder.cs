using Cluster.Contracts.Rollouts;
using Cluster.Domain.ChangeSets;

namespace Cluster.Manager.Features.Configuration;

/// <summary>What is to be committed, by whom, and how.</summary>
internal sealed record CommitOrder
{
    /// <summary>The cluster.</summary>
    public required Guid ClusterId { get; init; }

    /// <summary>Name of the principal.</summary>
    public required string Author { get; init; }

    /// <summary>Comment of the revision; empty = none.</summary>
    public string Comment { get; init; } = string.Empty;

    /// <summary>Action of the audit event.</summary>
    public required string Action { get; init; }

    /// <summary>Trace id of the request.</summary>
    public string TraceId { get; init; } = string.Empty;

    /// <summary>The edits.</summary>
    public required IReadOnlyCollection<StagedEdit> Edits { get; init; }

    /// <summary>Codes of dangerous changes that are accepted.</summary>
    public IReadOnlyCollection<string> Acknowledge { get; init; } = [];

    /// <summary>How it rolls out.</summary>
    public RolloutOptions Rollout { get; init; } = new();

    /// <summary>True when the edits were staged: an item that changed since is a conflict.</summary>
    public bool CheckConflicts { get; init; }

    /// <summary>True when it goes back to what ran before: nothing need be acknowledged again, but an expired version of a certificate must not come back.</summary>
    public bool IsRollback { get; init; }

    /// <summary>True when the manager itself returns to an earlier revision: nothing is asked and nothing is waited for.</summary>
    public bool IsReturn { get; init; }
}

/// <summary>What came of a commit.</summary>
/// <param name="Revision">The new revision; the running one when nothing changed.</param>
/// <param name="Rollout">The rollout that carries it; null when nothing changed.</param>
/// <param name="Changes">How many items changed; 0 = nothing, no revision was made.</param>
/// <param name="Change">What was committed, with what is found in it; null when nothing changed.</param>
internal sealed record CommitResult(long Revision, Guid? Rollout, int Changes, AssessedChange? Change = null);

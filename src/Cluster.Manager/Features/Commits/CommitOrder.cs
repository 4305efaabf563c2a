using Cluster.Contracts.Rollouts;
using Cluster.Domain.ChangeSets;

namespace Cluster.Manager.Features.Commits;

/// <summary>What is to be committed, by whom, and how.</summary>
internal sealed record CommitOrder
{
    public required Guid ClusterId { get; init; }

    /// <summary>Name of the principal.</summary>
    public required string Author { get; init; }

    /// <summary>Comment of the revision; empty = none.</summary>
    public string Comment { get; init; } = "";

    /// <summary>Action of the audit event.</summary>
    public required string Action { get; init; }

    /// <summary>Trace id of the request.</summary>
    public string TraceId { get; init; } = "";

    public required IReadOnlyCollection<StagedEdit> Edits { get; init; }

    /// <summary>Codes of dangerous changes that are accepted.</summary>
    public IReadOnlyCollection<string> Acknowledge { get; init; } = [];

    /// <summary>How it rolls out.</summary>
    public RolloutOptions Rollout { get; init; } = new();

    /// <summary>How it came about; decides what is checked.</summary>
    public CommitKind Kind { get; init; }
}

/// <summary>What came of a commit.</summary>
/// <param name="Revision">The new revision; the running one when nothing changed.</param>
/// <param name="Rollout">The rollout that carries it; null when nothing changed.</param>
/// <param name="Changes">How many items changed; 0 = nothing, no revision was made.</param>
/// <param name="Change">What was committed, with what is found in it; null when nothing changed.</param>
internal sealed record CommitResult(long Revision, Guid? Rollout, int Changes, ChangePreview? Change = null);

/// <summary>How a commit came about.</summary>
internal enum CommitKind
{
    /// <summary>One request: validated, and dangerous changes must be acknowledged.</summary>
    Direct,

    /// <summary>The edits were staged: besides that, an item that changed since is a conflict.</summary>
    ChangeSet,

    /// <summary>
    /// Somebody rolls back to what ran before: nothing need be acknowledged again, but an expired version of a certificate must
    /// not come back.
    /// </summary>
    Rollback,

    /// <summary>The manager itself rolls back: nothing is validated, and an unconfirmed revision does not keep it out.</summary>
    System,
}

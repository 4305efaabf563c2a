namespace Cluster.Contracts.Failpoints;

/// <summary>All steps at which a process can be killed; a test fails when one of them has no kill test.</summary>
public static class FailpointNames
{
    /// <summary>Manager: inside the commit transaction, before the database commits.</summary>
    public const string CommitInTransaction = "commit.in-transaction";

    /// <summary>Manager: right after the commit transaction, before anybody is told.</summary>
    public const string CommitDurable = "commit.durable";

    /// <summary>Manager: the answer to a join is durable and was not sent.</summary>
    public const string JoinDurable = "join.durable";

    /// <summary>Manager: the next generation of an identity is durable, and the answer was not sent.</summary>
    public const string RenewDurable = "renew.durable";

    /// <summary>Manager: a rollout has moved desired, and nobody was told.</summary>
    public const string RolloutStarted = "rollout.started";

    /// <summary>Manager: the custody ledger names a key, and the key was not sent.</summary>
    public const string KeysRecorded = "keys.recorded";

    /// <summary>Agent: the key for an identity is durable, nothing was sent.</summary>
    public const string PendingKeyStored = "enrollment.key-stored";

    /// <summary>Agent: a join was answered, nothing of the answer is stored.</summary>
    public const string JoinAnswered = "enrollment.answered";

    /// <summary>Agent: the apply process's part of a join is stored, the identity is not.</summary>
    public const string MembershipStored = "enrollment.membership-stored";

    /// <summary>Agent: the identity of a join is stored, its pending key still there.</summary>
    public const string IdentityStored = "enrollment.identity-stored";

    /// <summary>Agent: a renewed identity is stored beside the one in use.</summary>
    public const string RenewalStored = "renewal.stored";

    /// <summary>Agent: a renewed identity has replaced the old one.</summary>
    public const string RenewalPromoted = "renewal.promoted";

    /// <summary>Agent: an assignment is stored, nothing of it applied.</summary>
    public const string AssignmentStored = "apply.assignment-stored";

    /// <summary>Agent: a service is staged, no journal written.</summary>
    public const string ApplyStaged = "apply.staged";

    /// <summary>Agent: the journal stands, nothing live has changed.</summary>
    public const string ApplyJournaled = "apply.journaled";

    /// <summary>Agent: the new state is live, the software not reloaded.</summary>
    public const string ApplySwitched = "apply.switched";

    /// <summary>Agent: the software is reloaded, nothing proven.</summary>
    public const string ApplyReloaded = "apply.reloaded";

    /// <summary>Agent: the new state is proven, not recorded.</summary>
    public const string ApplyProven = "apply.proven";

    /// <summary>Agent: the new state is recorded, the journal still says switching.</summary>
    public const string ApplyRecorded = "apply.recorded";

    /// <summary>Agent: the journal says completing, nothing was cleaned up.</summary>
    public const string ApplyCompleting = "apply.completing";

    /// <summary>Agent: the switch has ended.</summary>
    public const string ApplyCompleted = "apply.completed";

    /// <summary>Agent: the journal says restoring, nothing was restored.</summary>
    public const string ApplyRestoring = "apply.restoring";

    /// <summary>Agent: the old state is back, the journal still stands.</summary>
    public const string ApplyRestored = "apply.restored";

    /// <summary>
    /// Any process: a file is written under its temporary name; followed by <c>:</c> and the name that it is about to get, for
    /// example <c>file.written:main.cf</c>.
    /// </summary>
    public const string FileWritten = "file.written";

    /// <summary>Every step that is named above; a test fails for one that no kill test names.</summary>
    public static IReadOnlyList<string> All { get; } =
        [PendingKeyStored, JoinAnswered, MembershipStored, IdentityStored, RenewalStored, RenewalPromoted,
         AssignmentStored,
         ApplyStaged,
         ApplyJournaled,
         ApplySwitched,
         ApplyReloaded,
         ApplyProven,
         ApplyRecorded,
         ApplyCompleting,
         ApplyCompleted,
         ApplyRestoring,
         ApplyRestored,
         CommitInTransaction, CommitDurable, JoinDurable, RenewDurable, RolloutStarted, KeysRecorded, FileWritten];
}

namespace Cluster.Contracts.Failpoints;

/// <summary>All steps at which a process can be killed; a test fails when one of them has no kill test.</summary>
public static class FailpointNames
{
    /// <summary>Manager: inside the commit transaction, before the database commits.</summary>
    public const string CommitInTransaction = "commit.in-transaction";

    /// <summary>Manager: right after the commit transaction, before anybody is told.</summary>
    public const string CommitDurable = "commit.durable";

    /// <summary>All names.</summary>
    public static IReadOnlyList<string> All { get; } =
        [CommitInTransaction, CommitDurable];
}

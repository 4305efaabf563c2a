namespace Cluster.Contracts.Rest;

/// <summary>Headers of the REST API that are not those of HTTP itself.</summary>
public static class RestHeaders
{
    /// <summary>On a request: the change set that it reads through, or stages in. On an answer: where the write was staged.</summary>
    public const string ChangeSet = "Change-Set";

    /// <summary>The revision that holds after a write.</summary>
    public const string Revision = "Cluster-Revision";

    /// <summary>Id of the rollout that carries the revision; absent when nothing changed.</summary>
    public const string Rollout = "Cluster-Rollout";

    /// <summary>Repeats of a POST with this key get the answer of the first, for 24 h.</summary>
    public const string IdempotencyKey = "Idempotency-Key";
}

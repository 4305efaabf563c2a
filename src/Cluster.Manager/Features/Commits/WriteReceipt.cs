using Cluster.Manager.Hosting.Requests;

namespace Cluster.Manager.Features.Commits;

/// <summary>Where a write went.</summary>
/// <param name="Revision">Revision that holds now; null when staged.</param>
/// <param name="Rollout">The rollout that carries it; null when staged or nothing changed.</param>
/// <param name="ChangeSetId">The change set that holds it; null when committed.</param>
internal sealed record WriteReceipt(long? Revision, Guid? Rollout, Guid? ChangeSetId)
{
    /// <summary>Sets the headers that say where the write went; a dry run made no number.</summary>
    public void SetHeaders(HttpContext context)
    {
        if (ChangeSetId is { } id) context.Response.Headers[WriteRequest.ChangeSetHeader] = id.ToString();
        else if (Revision is { } revision && !(context.IsDryRun() && Rollout is not null)) context.SetRevision(revision, Rollout);
    }
}

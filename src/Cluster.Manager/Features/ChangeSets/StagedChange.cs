using Cluster.Domain.ChangeSets;
using Cluster.Domain.Failures;
using Cluster.Manager.Features.Commits;
using Cluster.Storage;
using Cluster.Storage.Configuration;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.ChangeSets;

/// <summary>Assesses what an open change set would do.</summary>
internal sealed class StagedChange(Staging staging, ChangePreviewer assessor)
{
    /// <summary>Reads and assesses it.</summary>
    public async Task<Outcome<(ChangeSetRecord Record, IReadOnlyList<StagedEdit> Edits, ChangePreview Change)>> ReadAsync(
        HttpContext context, ClusterDbContext db, string id, CancellationToken ct)
    {
        var found = await ChangeSetResponse.FindAsync(context, db, id, ct);
        if (!found.Succeeded) return found.Failure;
        var cluster = await db.Clusters.AsNoTracking().SingleAsync(c => c.Id == found.Value.ClusterId, ct);
        var edits = await staging.EditsAsync(db, found.Value.Id, ct);
        return (found.Value, edits, await assessor.PreviewAsync(db, cluster, edits, found.Value.Author, ct));
    }
}

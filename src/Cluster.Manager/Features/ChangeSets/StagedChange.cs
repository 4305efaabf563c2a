using Cluster.Domain.ChangeSets;
using Cluster.Manager.Features.Commits;
using Cluster.Storage;
using Cluster.Storage.Configuration;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.ChangeSets;

/// <summary>What a change set would do.</summary>
/// <param name="Record">The change set.</param>
/// <param name="Edits">Its edits.</param>
/// <param name="Change">What they would do to what runs.</param>
internal sealed record StagedChange(ChangeSetRecord Record, IReadOnlyList<StagedEdit> Edits, ChangePreview Change);

/// <summary>Previews change sets.</summary>
internal sealed class StagedChanges(Staging staging, ChangePreviewer previewer)
{
    /// <summary>Reads a change set and previews it.</summary>
    public async Task<StagedChange> ReadAsync(ClusterDbContext db, Guid clusterId, string id, CancellationToken ct)
    {
        var found = await ChangeSetResponse.FindAsync(db, clusterId, id, ct);
        var cluster = await db.Clusters.AsNoTracking().SingleAsync(c => c.Id == clusterId, ct);
        var edits = await staging.EditsAsync(db, found.Id, ct);
        return new StagedChange(found, edits, await previewer.PreviewAsync(db, cluster, edits, found.Author, ct));
    }
}

using Cluster.Contracts.Json;
using Cluster.Contracts.Settings;
using Cluster.Contracts.Time;
using Cluster.Domain.Levels;
using Cluster.Storage;
using Cluster.Storage.Fleet;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Enrollment;

/// <summary>How long a machine's identity lives, and how long after its end it may still recover.</summary>
internal readonly record struct IdentityLifetime(TimeSpan Lifetime, TimeSpan Grace);

/// <summary>Reads the agent settings that hold for a machine: the nearest level that defines the singleton.</summary>
internal static class IdentityLifetimes
{
    private static readonly IdentityLifetime Default = new(TimeSpan.FromDays(30), TimeSpan.FromDays(90));

    /// <summary>The lifetime and grace that hold for a machine; defaults 30 and 90 days.</summary>
    public static async Task<IdentityLifetime> OfAsync(ClusterDbContext db, Machine machine, CancellationToken ct)
    {
        var defined = await db.Items
            .Where(i => i.ClusterId == machine.ClusterId && i.Kind == AgentSettings.Kind && i.ToRevision == null && i.DocumentHash != null)
            .Where(i => i.LevelId == machine.Id || i.LevelId == machine.GroupId || i.LevelId == machine.ClusterId)
            .Join(db.Documents, i => i.DocumentHash, d => d.Hash, (i, d) => new { i.LevelKind, d.Text })
            .ToListAsync(ct);
        var nearest =
            EffectiveResolver.NearestFirst.Select(kind => defined.Find(d => d.LevelKind == kind)).FirstOrDefault(d => d is not null);
        return nearest is null ? Default : Read(nearest.Text);
    }

    private static IdentityLifetime Read(string document)
    {
        var settings = DocumentReader.Read(System.Text.Encoding.UTF8.GetBytes(document), ContractsJson.Default.AgentSettings).Value;
        return new IdentityLifetime(
            DurationText.TryParse(settings?.IdentityLifetime, out var lifetime) ? lifetime : Default.Lifetime,
            DurationText.TryParse(settings?.ExpiredIdentityGrace, out var grace) ? grace : Default.Grace);
    }
}

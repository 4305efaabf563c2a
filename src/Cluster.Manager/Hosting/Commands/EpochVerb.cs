using System.CommandLine;
using System.Security.Cryptography;
using Cluster.Manager.Hosting.Database;
using Cluster.Storage;
using Cluster.Storage.Audit;
using Cluster.Storage.Installation;
using Cluster.Storage.Secrets;
using Cluster.Storage.Units;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Hosting.Commands;

/// <summary><c>epoch raise</c>: declares the database valid although a newer one was seen, by beginning a new epoch of every history.</summary>
internal static class EpochVerb
{
    /// <summary>Makes the verb.</summary>
    public static Command Make(ManagerCommandLine line) => new("epoch", "The epoch of histories.")
    {
        line.Verb(
            "raise",
            "Begins a new epoch: after a restore, or when the manager says that the database is behind. Join tokens made before are void.",
            (options, _, ct) => DatabaseVerb.RunAsync(options, s => RaiseAsync(s, ct))),
    };

    private static async Task<int> RaiseAsync(IServiceProvider services, CancellationToken ct)
    {
        var database = services.GetRequiredService<ClusterDatabase>();
        if (await database.ReadAsync((db, token) => db.Installations.SingleOrDefaultAsync(token), ct) is not { } installation)
        {
            await Console.Error.WriteLineAsync("The database is empty: start the manager first.");
            return ExitCodes.Failure;
        }

        services.GetRequiredService<InstallationKeys>().Load(installation, services.GetRequiredService<EnvelopeCipher>());
        var audit = services.GetRequiredService<AuditTrail>();
        var history = services.GetRequiredService<HistoryFile>();
        history.Load();
        var clusters = await database.ReadAsync((db, token) => db.Clusters.OrderBy(c => c.Name).Select(c => c.Id).ToListAsync(token), ct);
        // What was seen is forgotten only after its epochs were taken as the lower bound of the new ones.
        var seen = clusters.ToDictionary(id => id, history.NotedEpoch);
        history.Reset();
        foreach (var id in clusters)
        {
            var epoch = await database.WriteAsync(id, (db, token) => RaiseAsync(db, audit, id, seen[id], token), ct);
            await Console.Out.WriteLineAsync($"cluster {id}: epoch {epoch}");
        }

        history.Flush();
        return ExitCodes.Ok;
    }

    private static async Task<long> RaiseAsync(ClusterDbContext db, AuditTrail audit, Guid id, long seen, CancellationToken ct)
    {
        if (await db.Unit.LockClusterAsync(id, ct) is not { } cluster) return 0;
        cluster.EpochNumber = Math.Max(cluster.EpochNumber, seen) + 1;
        cluster.EpochId = new Guid(RandomNumberGenerator.GetBytes(16));
        cluster.Forked = false;
        await audit.AppendAsync(db, new AuditEntry(id, "cluster-manager", "epoch.raise", $"epochs/{cluster.EpochNumber}"), ct);
        return cluster.EpochNumber;
    }
}

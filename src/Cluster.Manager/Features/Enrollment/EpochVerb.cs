using System.CommandLine;
using System.Security.Cryptography;
using Cluster.Manager.Hosting.Commands;
using Cluster.Manager.Features.Fleet;
using Cluster.Manager.Hosting.Database;
using Cluster.Storage;
using Cluster.Storage.Audit;
using Cluster.Storage.Fleet;
using Cluster.Storage.Installation;
using Cluster.Storage.Secrets;
using Cluster.Storage.Units;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Enrollment;

/// <summary>
/// <c>epoch raise</c>: declares the database valid although a newer one was seen, by beginning a new epoch of every history.
/// </summary>
internal sealed class EpochVerb : IManagerVerb
{
    private const string Actor = "cluster-manager";

    /// <inheritdoc/>
    public Command Make(ManagerCommandLine line) => new("epoch", "The epoch of histories.")
    {
        line.Verb(
            "raise",
            "Begins a new epoch: after a restore, or when the manager says that the database is behind. Join tokens made before are "
                + "void, bans hold, and hosts with newer identities are listed.",
            (options, _, ct) => DatabaseVerb.RunAsync(options, s => RaiseAsync(s, ct), s => s.AddSingleton<MachineLife>())),
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
        var life = services.GetRequiredService<MachineLife>();
        var history = services.GetRequiredService<HistoryFile>();
        history.Load();
        var remembered = services.GetRequiredService<FleetMemory>().Load().ToLookup(m => m.ClusterId);
        var clusters = await database.ReadAsync((db, token) => db.Clusters.OrderBy(c => c.Name).Select(c => c.Id).ToListAsync(token), ct);
        // What was seen is forgotten only after its epochs were taken as the lower bound of the new ones. Cut in the middle, it
        // is repeated.
        var seen = clusters.ToDictionary(id => id, history.NotedEpoch);
        history.Reset();
        foreach (var id in clusters)
        {
            var raised = await database.WriteAsync(
                id, (db, token) => RaiseAsync(db, new Raising(audit, life, id, seen[id], [.. remembered[id]]), token), ct);
            await TellAsync(raised);
        }

        history.Flush();
        if (clusters.Count == 0)
            await Console.Out.WriteLineAsync(
                "There is no cluster, so no epoch was raised; what this manager has seen is forgotten, and it takes the database "
                    + "as it is.");
        return ExitCodes.Ok;
    }

    private static async Task<RaisedEpoch> RaiseAsync(ClusterDbContext db, Raising raising, CancellationToken ct)
    {
        if (await db.Unit.LockClusterAsync(raising.ClusterId, ct) is not { } cluster) return new RaisedEpoch("", 0, [], []);
        cluster.EpochNumber = Math.Max(cluster.EpochNumber, raising.Seen) + 1;
        cluster.EpochId = new Guid(RandomNumberGenerator.GetBytes(16));
        cluster.Forked = false;
        await raising.Audit.AppendAsync(db, new AuditEntry(cluster.Id, Actor, "epoch.raise", $"epochs/{cluster.EpochNumber}"), ct);

        var stored = await db.Machines.Where(m => m.ClusterId == cluster.Id).ToDictionaryAsync(m => m.Id, ct);
        var banned = new List<string>();
        foreach (var ban in raising.Remembered.Where(m => m.Banned))
        {
            if (!stored.TryGetValue(ban.MachineId, out var machine) || machine.Status == MachineStatus.Banned) continue;
            await raising.Life.BanAsync(db, machine, ct);
            await raising.Audit.AppendAsync(db, new AuditEntry(cluster.Id, Actor, "machine.ban", $"machines/{machine.Name}"), ct);
            banned.Add(machine.Name);
        }

        var newer = raising.Remembered.Where(m => !m.Banned && m.Generation > (stored.GetValueOrDefault(m.MachineId)?.Generation ?? 0))
            .Select(m => new NewerIdentity(m, stored.ContainsKey(m.MachineId))).ToList();
        return new RaisedEpoch(cluster.Name, cluster.EpochNumber, banned, newer);
    }

    private static async Task TellAsync(RaisedEpoch raised)
    {
        await Console.Out.WriteLineAsync($"cluster {raised.Cluster}: epoch {raised.Number}");
        foreach (var name in raised.Banned) await Console.Out.WriteLineAsync($"  {name}: banned again");
        foreach (var (machine, isStored) in raised.Newer)
        {
            await Console.Out.WriteLineAsync($"  {machine.Name} ({machine.MachineId:D}): the host's identity (generation "
                + $"{machine.Generation}) is newer than this database. It goes on serving and gets nothing. "
                + (isStored
                ? "Bring it back: remove the machine, make a join token with \"restore\" = its id, and run 'cluster-agent leave "
                    + "--offline' and 'cluster-agent rejoin' on the host."
                : "This database does not know the machine: run 'cluster-agent leave --offline' on the host, and join it anew."));
        }
    }

    private sealed record Raising(
        AuditTrail Audit, MachineLife Life, Guid ClusterId, long Seen, IReadOnlyList<RememberedMachine> Remembered);

    private sealed record RaisedEpoch(string Cluster, long Number, IReadOnlyList<string> Banned, IReadOnlyList<NewerIdentity> Newer);

    private sealed record NewerIdentity(RememberedMachine Machine, bool IsStored);
}

using System.CommandLine;
using Cluster.Manager.Hosting.Database;
using Cluster.Storage;
using Cluster.Storage.Audit;
using Cluster.Storage.Installation;
using Cluster.Storage.Secrets;
using Cluster.Storage.Units;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Hosting.Commands;

/// <summary><c>check</c>: proves key, control CA and audit chains of a stopped or running installation, and changes nothing.</summary>
internal sealed class CheckVerb : IManagerVerb
{
    /// <inheritdoc/>
    public Command Make(ManagerCommandLine line) =>
        line.Verb(
            "check",
            "Checks the key-encryption key and every audit chain, and changes nothing; exit code 3 when something differs.",
            (options, _, ct) => DatabaseVerb.RunAsync(options, s => CheckAsync(s, ct)));

    private static async Task<int> CheckAsync(IServiceProvider services, CancellationToken ct)
    {
        var database = services.GetRequiredService<ClusterDatabase>();
        var installation = await database.ReadAsync((db, token) => db.Installations.SingleOrDefaultAsync(token), ct);
        if (installation is null)
        {
            await Console.Error.WriteLineAsync("The database is empty: no manager has used it yet.");
            return ExitCodes.Failure;
        }

        services.GetRequiredService<InstallationKeys>().Load(installation, services.GetRequiredService<EnvelopeCipher>());
        await Console.Out.WriteLineAsync($"installation  {installation.Id}");
        await Console.Out.WriteLineAsync("key           ok");
        var history = services.GetRequiredService<HistoryFile>();
        history.Load();
        var broken =
            await database.ReadAsync((db, token) => CheckChainsAsync(db, services.GetRequiredService<AuditTrail>(), history, token), ct);
        return broken == 0 ? ExitCodes.Ok : ExitCodes.Differences;
    }

    private static async Task<int> CheckChainsAsync(ClusterDbContext db, AuditTrail audit, HistoryFile history, CancellationToken ct)
    {
        var broken = 0;
        var names = await db.Clusters.ToDictionaryAsync(c => c.Id, c => c.Name, ct);
        foreach (var chain in names.Keys.Select(id => (Guid?)id).Prepend(null))
        {
            var verdict = await audit.VerifyAsync(db, chain, history.NotedHead(chain ?? Guid.Empty), ct);
            if (verdict.BrokenAt is not null) broken++;
            var what = verdict.BrokenAt is { } at ? $"BROKEN at {at}: {verdict.Problem}" : $"ok, {verdict.Head.Sequence} events";
            await Console.Out.WriteLineAsync($"audit {(chain is { } id ? names[id] : "installation")}: {what}");
        }

        return broken;
    }
}

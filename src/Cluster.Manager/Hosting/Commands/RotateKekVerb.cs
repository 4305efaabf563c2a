using System.CommandLine;
using Cluster.Contracts.Files;
using Cluster.Storage.Audit;
using Cluster.Storage.Installation;
using Cluster.Storage.Secrets;
using Cluster.Storage.Units;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Hosting.Commands;

/// <summary><c>rotate-kek</c>: wraps every secret by a new key-encryption key while managers run.</summary>
internal sealed class RotateKekVerb : IManagerVerb
{
    private const string Description = """
        Wraps every secret in the database by a new key-encryption key; managers may run meanwhile.

        One manager:        rotate-kek, later rotate-kek --finish
        Several managers:   rotate-kek --prepare, copy the key file to every manager, rotate-kek, copy it again, later rotate-kek --finish and copy it a last time
        """;

    /// <inheritdoc/>
    public Command Make(ManagerCommandLine line)
    {
        var prepare = new Option<bool>("--prepare")
        {
            Description = "Only adds a new key to the file, so that it can be copied to other managers first."
        };
        var finish = new Option<bool>("--finish") { Description = "Takes keys out of the file that no secret needs any more." };
        var verb = line.Verb(
            "rotate-kek",
            Description,
            (options, parsed, ct) =>
                DatabaseVerb.RunAsync(options, s => RunAsync(s, parsed.GetValue(prepare), parsed.GetValue(finish), ct)));
        verb.Options.Add(prepare);
        verb.Options.Add(finish);
        return verb;
    }

    private static async Task<int> RunAsync(IServiceProvider services, bool prepare, bool finish, CancellationToken ct)
    {
        var source = services.GetRequiredService<KekSource>();
        if (source.Path is not { } path)
        {
            return await SayAsync("The key-encryption key comes from the environment; put it into a file to rotate it (--kek-file).");
        }

        var keys = source.Read();
        var database = services.GetRequiredService<ClusterDatabase>();
        if (await database.ReadAsync((db, token) => db.Installations.SingleOrDefaultAsync(token), ct) is not { } installation)
        {
            return await SayAsync("The database is empty: start the manager first.");
        }

        services.GetRequiredService<InstallationKeys>().Load(installation, services.GetRequiredService<EnvelopeCipher>());

        var rotation = new KekRotation(database, services.GetRequiredService<EnvelopeCipher>());
        if (finish) return await FinishAsync(rotation, path, keys, ct);
        if (keys.Count > 2 || (prepare && keys.Count > 1))
        {
            return await SayAsync($"{path} holds {keys.Count} keys: end the rotation before with --finish.");
        }

        if (prepare) return await PrepareAsync(path, keys);
        return await RotateAsync(services, rotation, path, keys, ct);
    }

    private static async Task<int> PrepareAsync(string path, IReadOnlyList<Kek> keys)
    {
        var fresh = Kek.Create();
        AtomicFile.Write(path, KekText.Write([.. keys, fresh]));
        await Console.Out.WriteLineAsync($"Key {fresh.Id} was added to {path}. Copy the file to every manager, then run rotate-kek.");
        return ExitCodes.Ok;
    }

    private static async Task<int> RotateAsync(
        IServiceProvider services, KekRotation rotation, string path, IReadOnlyList<Kek> keys, CancellationToken ct)
    {
        var inUse = await rotation.KeksInUseAsync(ct);
        // A second key that no secret names was prepared. One that some name means a rotation that was cut short: the first
        // goes on as the new one.
        var prepared = keys.Count > 1 && inUse.Contains(keys[1].Id) ? keys[0] : keys[^1];
        var current = keys.Count == 1 ? Kek.Create() : prepared;
        AtomicFile.Write(path, KekText.Write([current, .. keys.Where(k => k.Id != current.Id)]));
        var total = 0;
        for (int count; (count = await rotation.PassAsync(ct)) > 0;) total += count;
        await services.GetRequiredService<ClusterDatabase>().WriteAsync(
            null,
            async (db, token) =>
            {
                var entry = new AuditEntry(null, "cluster-manager", "key-encryption-key.rotate", $"key-encryption-keys/{current.Id}");
                await services.GetRequiredService<AuditTrail>().AppendAsync(db, entry, token);
                return 0;
            },
            ct);
        await Console.Out.WriteLineAsync(
            $"{total} secrets were wrapped by key {current.Id}. Older keys stay in {path} until rotate-kek --finish; backups made "
                + "before need them.");
        return ExitCodes.Ok;
    }

    private static async Task<int> FinishAsync(KekRotation rotation, string path, IReadOnlyList<Kek> keys, CancellationToken ct)
    {
        while (await rotation.PassAsync(ct) > 0)
        {
            // Somebody sealed with an older key in the meantime.
        }

        var inUse = await rotation.KeksInUseAsync(ct);
        AtomicFile.Write(path, KekText.Write(keys.Where((k, i) => i == 0 || inUse.Contains(k.Id))));
        await Console.Out.WriteLineAsync($"{path} holds only what is in use: {string.Join(", ", inUse)}.");
        return ExitCodes.Ok;
    }

    private static async Task<int> SayAsync(string problem)
    {
        await Console.Error.WriteLineAsync(problem);
        return ExitCodes.Failure;
    }
}

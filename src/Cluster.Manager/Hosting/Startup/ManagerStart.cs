using Cluster.Manager.Hosting.Database;
using Cluster.Manager.Hosting.Endpoints;
using Cluster.Storage.Installation;

namespace Cluster.Manager.Hosting.Startup;

/// <summary>
/// Everything that must hold before a port opens: the directory, the schema, the keys, then the steps of the features. On an
/// empty database the first of them makes the installation, once: what cannot be in its transaction (the key-encryption key,
/// the owner's token file) is durable before it.
/// </summary>
internal sealed class ManagerStart(
    DatabaseStart database, InstallationKeys keys, RestCertificate restCertificate, IEnumerable<IStartupStep> steps)
{
    /// <summary>Prepares the installation; on an empty database it is made.</summary>
    /// <exception cref="StartRefusedException">The manager must not start as things are.</exception>
    public static Task PrepareAsync(IServiceProvider services, ManagerOptions options, CancellationToken ct)
    {
        // Before anything is constructed: services read files in the directory.
        MakeDirectory(options);
        return services.GetRequiredService<ManagerStart>().PrepareAsync(ct);
    }

    private async Task PrepareAsync(CancellationToken ct)
    {
        await database.PrepareAsync(keys, ct);
        foreach (var step in steps) await step.RunAsync(ct);
        restCertificate.Load();
    }

    private static void MakeDirectory(ManagerOptions options)
    {
        const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        try
        {
            if (!Directory.Exists(options.DataDirectory)) Directory.CreateDirectory(options.DataDirectory, OwnerOnly);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartRefusedException($"Cannot create the data directory {options.DataDirectory}: {e.Message}", e);
        }
    }
}

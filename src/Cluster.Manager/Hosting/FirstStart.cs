using Cluster.Manager.Hosting.Database;
using Cluster.Storage.Installation;

namespace Cluster.Manager.Hosting;

/// <summary>Everything that must hold before a port opens: the schema, the keys, the control CA, the owner's token.</summary>
internal static class FirstStart
{
    /// <summary>Prepares the installation; on an empty database it is created, once, under a lock.</summary>
    /// <exception cref="StartRefusedException">The manager must not start as things are.</exception>
    public static async Task PrepareAsync(IServiceProvider services, ManagerOptions options, CancellationToken cancellation)
    {
        Directory.CreateDirectory(options.DataDirectory);
        await services.GetRequiredService<DatabaseStart>().PrepareAsync(services.GetRequiredService<InstallationKeys>(), cancellation);
    }
}

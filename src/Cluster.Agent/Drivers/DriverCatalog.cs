using Cluster.Agent.Drivers.Files;
using Cluster.Agent.Drivers.LdapClient;
using Cluster.Agent.Drivers.Nginx;
using Cluster.Agent.Drivers.Postfix;

namespace Cluster.Agent.Drivers;

/// <summary>Every driver of this agent.</summary>
internal static class DriverCatalog
{
    public static IReadOnlyList<DriverEntry> All { get; } =
    [
        DriverEntry.Of(
            FilesDriver.DriverName,
            FilesDriverOptionsJson.Default.FilesDriverOptions,
            FilesOptionsCheck.Check,
            o => [o.ConfigDirectory],
            (context, options) => new FilesDriver(context, options)),
        DriverEntry.Of(
            LdapClientDriver.DriverName,
            LdapClientOptionsJson.Default.LdapClientOptions,
            LdapClientOptions.Check,
            o => [o.ConfigDirectory, .. LdapTarget.Of(o).Select(t => t.Path)],
            (context, options) => new LdapClientDriver(context, options)),
        DriverEntry.Of(
            NginxDriver.DriverName,
            NginxDriverOptionsJson.Default.NginxDriverOptions,
            o => o.Check(),
            o => [o.ConfigDirectory],
            (context, options) => new NginxDriver(context, options)),
        DriverEntry.Of(
            PostfixDriver.DriverName,
            PostfixDriverOptionsJson.Default.PostfixDriverOptions,
            o => DriverEntry.AbsolutePath("/configDirectory", o.ConfigDirectory),
            o => [o.ConfigDirectory],
            (context, options) => new PostfixDriver(context, options)),
    ];

    /// <summary>The names that a host's own file may use.</summary>
    public static string Names => string.Join(", ", All.Select(d => d.Name));

    /// <summary>The driver of that name; null when there is none.</summary>
    public static DriverEntry? Find(string name) => All.FirstOrDefault(d => d.Name == name);

    /// <summary>Makes the driver of a service.</summary>
    /// <exception cref="InvalidOperationException">The host's own file was not checked.</exception>
    public static IServiceDriver Make(DriverContext context) =>
        Find(context.Service.Driver)?.Make(context) ?? throw new InvalidOperationException($"There is no driver {context.Service.Driver}.");
}

using Cluster.Agent.Drivers.Files;
using Cluster.Agent.Drivers.Postfix;

namespace Cluster.Agent.Drivers;

/// <summary>Makes the driver that the local file names.</summary>
internal static class DriverCatalog
{
    /// <summary>The names that a local file may use.</summary>
    public static IReadOnlyList<string> Names { get; } = [FilesDriver.DriverName, PostfixDriver.DriverName];

    /// <summary>Makes it.</summary>
    /// <exception cref="InvalidOperationException">The name was not checked against <see cref="Names"/>.</exception>
    public static IServiceDriver Make(DriverContext context) => context.Service.Driver switch
    {
        FilesDriver.DriverName => new FilesDriver(context),
        PostfixDriver.DriverName => new PostfixDriver(context),
        var other => throw new InvalidOperationException($"There is no driver {other}."),
    };
}

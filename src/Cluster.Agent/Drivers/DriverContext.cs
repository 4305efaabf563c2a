using Cluster.Agent.Configuration;
using Microsoft.Extensions.Logging;

namespace Cluster.Agent.Drivers;

/// <summary>What a driver is made from.</summary>
/// <param name="Service">Its entry in the local file: the only source of paths, addresses and commands.</param>
/// <param name="StateDirectory">A directory of the driver's own for this service, 0700, kept over restarts; it exists.</param>
/// <param name="Clock">The time.</param>
/// <param name="Log">Where the driver reports.</param>
internal sealed record DriverContext(LocalService Service, string StateDirectory, TimeProvider Clock, ILogger Log)
{
    /// <summary>The unprivileged user of the host's own file, for whoever talks to the network; null = who runs the agent.</summary>
    public string? NetworkUser { get; init; }
}

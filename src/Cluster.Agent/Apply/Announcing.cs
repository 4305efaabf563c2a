using Cluster.Agent.Configuration;
using Cluster.Agent.Drivers;
using Cluster.Protocol.V1;
using Microsoft.Extensions.Logging;

namespace Cluster.Agent.Apply;

/// <summary>Says to the manager what each service of the host is and can do.</summary>
internal static partial class Announcing
{
    /// <summary>One for each service; a service that cannot be described now is announced without what it can do.</summary>
    /// <param name="services">Those of the local file.</param>
    /// <param name="drivers">Their drivers, by name.</param>
    /// <param name="log">Is told what could not be described.</param>
    /// <param name="ct">Stops it.</param>
    public static async Task<IReadOnlyList<ServiceAnnouncement>> OfAsync(
        IEnumerable<LocalService> services, IReadOnlyDictionary<string, IServiceDriver> drivers, ILogger log, CancellationToken ct)
    {
        var announcements = new List<ServiceAnnouncement>();
        foreach (var service in services)
        {
            try
            {
                announcements.Add(StatusVectors.Of(service, await drivers[service.Name].DescribeAsync(ct)));
            }
            catch (Exception e) when (!GuardedDriver.IsStop(e, ct))
            {
                // One driver's bug must not keep the agent from starting.
                NotDescribed(log, service.Name, e.Message);
                announcements.Add(StatusVectors.Of(service, new ServiceDescription { SoftwareVersion = "", Kinds = [], Features = [] }));
            }
        }

        return announcements;
    }

    [LoggerMessage(3061, LogLevel.Warning, "Service {Service} could not be described: {Message}", EventName = "ServiceNotDescribed")]
    private static partial void NotDescribed(ILogger log, string service, string message);
}

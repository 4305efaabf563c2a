using System.Text.Json.Serialization;
using Cluster.Contracts.Json;

namespace Cluster.Agent.Drivers.Processes;

/// <summary>How software is told to reload.</summary>
[JsonConverter(typeof(KebabEnum<ServiceControl>))]
internal enum ServiceControl
{
    /// <summary>Through systemd where it runs the service, else directly.</summary>
    Auto,

    /// <summary>Through systemctl.</summary>
    Systemd,

    /// <summary>By the software's own command.</summary>
    Direct,
}

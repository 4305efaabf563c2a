using Cluster.Agent.Drivers;
using Cluster.Contracts.Bundles;

namespace Cluster.Agent.Tests.Drivers;

/// <summary>A service on which <see cref="DriverContract"/> tries a driver: real software where there is any, with two endpoints.</summary>
internal interface IContractHost : IAsyncDisposable
{
    /// <summary>Name of the first endpoint.</summary>
    const string First = "mx";

    /// <summary>Name of the second endpoint.</summary>
    const string Second = "sub";

    /// <summary>Makes certificates, and holds their keys.</summary>
    Parts Parts { get; }

    /// <summary>The service's own configuration directory.</summary>
    string ConfigDirectory { get; }

    /// <summary>The driver as a new process has it: nothing in memory, the same directories.</summary>
    IServiceDriver NewDriver();

    /// <summary>Settings by which an endpoint serves a certificate, added to others.</summary>
    ServicePart With(ServicePart part, string endpoint, PartCertificate certificate);

    /// <summary>The same settings with an item for that endpoint which this driver cannot take.</summary>
    /// <returns>The settings, and what is refused as <c>kind/name</c>, ordered, with the items that name it.</returns>
    (ServicePart Part, string[] Refused) Spoil(ServicePart part, string endpoint);

    /// <summary>An administrator's hand changes what was applied.</summary>
    void EditByHand();

    /// <summary>SHA-256 of the leaf that is live for an endpoint, asked of the software where there is any; empty = none.</summary>
    Task<string> LeafAsync(string endpoint);
}

using System.Text.Json.Serialization;
using Cluster.Contracts.Json;

namespace Cluster.Contracts.Machines;

/// <summary>Where a machine stands in its life.</summary>
[JsonConverter(typeof(KebabEnum<MachineState>))]
public enum MachineState
{
    /// <summary>Made by an administrator, not joined yet.</summary>
    Prepared,

    /// <summary>Joined, waits for approval: no settings, no keys.</summary>
    Pending,

    /// <summary>Its agent's stream is open.</summary>
    Connected,

    /// <summary>Its agent's stream is not open.</summary>
    Offline,

    /// <summary>An administrator ordered that nothing is pushed.</summary>
    Disconnected,

    /// <summary>Left or was removed; its layer is kept.</summary>
    Departed,

    /// <summary>Its identity looks cloned; services go on, no keys.</summary>
    Quarantined,

    /// <summary>Cut off.</summary>
    Banned,
}

/// <summary>Whether the agent changes anything.</summary>
[JsonConverter(typeof(KebabEnum<MachineMode>))]
public enum MachineMode
{
    /// <summary>It reads and reports the plan.</summary>
    Observe,

    /// <summary>It applies.</summary>
    Enforce,
}

/// <summary>How a service was proven to run what was applied.</summary>
[JsonConverter(typeof(KebabEnum<VerificationMethod>))]
public enum VerificationMethod
{
    /// <summary>By fresh connections to the sockets that the service listens on.</summary>
    Wire,

    /// <summary>Read back from the software's own look-up after the reload.</summary>
    Loaded,

    /// <summary>The service is stopped; proven when it starts.</summary>
    Pending,

    /// <summary>Cannot be proven; the reason is given.</summary>
    NotCheckable,
}

/// <summary>Whether a failure may pass by itself.</summary>
[JsonConverter(typeof(KebabEnum<ApplyFailureKind>))]
public enum ApplyFailureKind
{
    /// <summary>Tried again with growing delays.</summary>
    Transient,

    /// <summary>Held back until the part, the agent or the local file changes, or an administrator says retry.</summary>
    Final,
}

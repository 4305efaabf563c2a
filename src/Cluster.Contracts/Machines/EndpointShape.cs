namespace Cluster.Contracts.Machines;

/// <summary>An endpoint that a service announces: where clients reach it.</summary>
public sealed record EndpointShape
{
    /// <summary>Kind of the item that configures it, for example <c>listeners</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Name of that item.</summary>
    public required string Name { get; init; }

    /// <summary>IP address in the host's own file.</summary>
    public required string Address { get; init; }

    /// <summary>TCP port in the host's own file.</summary>
    public required int Port { get; init; }
}

/// <summary>An endpoint of a service with what was seen there last.</summary>
public sealed record ServiceEndpointShape
{
    /// <summary>Kind of the item that configures it, for example <c>listeners</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Name of that item.</summary>
    public required string Name { get; init; }

    /// <summary>IP address in the host's own file.</summary>
    public required string Address { get; init; }

    /// <summary>TCP port in the host's own file.</summary>
    public required int Port { get; init; }

    /// <summary>What was seen there last; absent = nothing was looked at yet.</summary>
    public EndpointProofShape? Proof { get; init; }
}

/// <summary>What was seen at an endpoint.</summary>
public sealed record EndpointProofShape
{
    /// <summary>How it was proven.</summary>
    public required VerificationMethod Method { get; init; }

    /// <summary>When it was looked at; the age of the proof is measured from here.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>IP address that was connected to: the loopback address where the host's file says every address.</summary>
    public required string Address { get; init; }

    /// <summary>TCP port that was connected to.</summary>
    public required int Port { get; init; }

    /// <summary>SHA-256 of the certificate seen on the wire.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Its serial number, lower-case hex.</summary>
    public string? SerialNumber { get; init; }

    /// <summary>TLS version, for example <c>TLSv1.3</c>.</summary>
    public string? Protocol { get; init; }

    /// <summary>What the proof says beyond that.</summary>
    public string? Detail { get; init; }
}

/// <summary>An item that a driver cannot take while it takes the rest of the part.</summary>
public sealed record RefusedItemShape
{
    /// <summary>Path segment of the item that configures it, for example <c>listeners</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>As in the path of that item.</summary>
    public required string Name { get; init; }

    /// <summary>Stable code.</summary>
    public required string Code { get; init; }

    /// <summary>What is wrong and what to do, in the host's words.</summary>
    public required string Message { get; init; }
}

using Cluster.Contracts.Machines;

namespace Cluster.Agent.Drivers;

/// <summary>How a service was shown to run what was applied.</summary>
internal sealed record ServiceProof
{
    /// <summary>
    /// The weakest method over the endpoints; loaded when there is none and outbound settings were read back. Every setting of
    /// the part was shown one way or the other.
    /// </summary>
    public required VerificationMethod Method { get; init; }

    /// <summary>One entry for each endpoint that was looked at.</summary>
    public IReadOnlyList<EndpointEvidence> Endpoints { get; init; } = [];

    /// <summary>For people: what was shown, or why not; empty = nothing to add.</summary>
    public string Detail { get; init; } = "";
}

/// <summary>What was seen of one endpoint.</summary>
internal sealed record EndpointEvidence
{
    /// <summary>Kind of the item that configures it.</summary>
    public required string Kind { get; init; }

    /// <summary>Name of that item.</summary>
    public required string Name { get; init; }

    /// <summary>IP address that was connected to.</summary>
    public required string Address { get; init; }

    /// <summary>TCP port that was connected to.</summary>
    public required int Port { get; init; }

    /// <summary>When it was looked at.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>How it was shown.</summary>
    public required VerificationMethod Method { get; init; }

    /// <summary>Lower-case hex SHA-256 of the leaf seen on the wire; null when none was to be seen.</summary>
    public string? LeafSha256 { get; init; }

    /// <summary>Serial number of that leaf, lower-case hex.</summary>
    public string? SerialNumber { get; init; }

    /// <summary>TLS protocol, for example <c>TLSv1.3</c>.</summary>
    public string? Protocol { get; init; }

    /// <summary>For people; empty = nothing to add.</summary>
    public string Detail { get; init; } = "";
}

/// <summary>A difference from what was applied that was not made by the agent.</summary>
/// <param name="Path">The file, or the file and the setting in it.</param>
/// <param name="What">What differs, for people; never key material.</param>
internal sealed record ServiceDrift(string Path, string What)
{
    /// <summary>Path of what could not be looked at.</summary>
    public const string Observation = "observation";

    /// <summary>Its sides, as far as the driver knows them; null = only what <see cref="What"/> says.</summary>
    public DifferenceSides? Sides { get; init; }

    /// <summary>That something could not be looked at, which is no difference to be put right.</summary>
    public static ServiceDrift Unseen(string why) => new(Observation, why);
}

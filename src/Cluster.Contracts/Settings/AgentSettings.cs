using System.Text.Json.Serialization;
using Cluster.Contracts.Json;

namespace Cluster.Contracts.Settings;

/// <summary>Settings of the agents themselves.</summary>
public sealed record AgentSettings : ISingletonDocument
{
    /// <inheritdoc/>
    public static string Kind => Kinds.AgentSettings;

    /// <summary>Lifetime of a machine's identity, 1h to 90d; default 30d.</summary>
    public string? IdentityLifetime { get; init; }

    /// <summary>How long after its expiry an identity may recover alone; default 90d.</summary>
    public string? ExpiredIdentityGrace { get; init; }

    /// <summary>What happens to differences that people make on a host.</summary>
    public DriftSettings? Drift { get; init; }
}

/// <summary>Drift policy.</summary>
public sealed record DriftSettings
{
    /// <summary>For every service that is not named; default report.</summary>
    public DriftPolicy? Default { get; init; }

    /// <summary>Policy for single services, by their name in the host's local file; they win over the default.</summary>
    public IReadOnlyDictionary<string, DriftPolicy>? Services { get; init; }

    /// <summary>The policy that holds for a service: its own, else the default, else <c>report</c>.</summary>
    public DriftPolicy Of(string service) => Services?.TryGetValue(service, out var own) is true ? own : Default ?? DriftPolicy.Report;
}

/// <summary>What happens to a difference that was not made by the agent.</summary>
[JsonConverter(typeof(KebabEnum<DriftPolicy>))]
public enum DriftPolicy
{
    /// <summary>Differences are shown as drift and left as they are.</summary>
    Report,

    /// <summary>It is put right.</summary>
    Repair,
}

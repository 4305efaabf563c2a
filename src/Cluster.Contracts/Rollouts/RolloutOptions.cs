using System.Text.Json.Serialization;
using Cluster.Contracts.Json;

namespace Cluster.Contracts.Rollouts;

/// <summary>How a revision goes out.</summary>
public sealed record RolloutRequest
{
    /// <summary>Strategy; default <c>all</c>.</summary>
    public RolloutStrategy? Strategy { get; init; }

    /// <summary>How many machines may fail; default 0.</summary>
    public int? MaxFailures { get; init; }

    /// <summary>Time after the start at which it fails unless every reached machine is verified, 10s to 30d; default <c>10m</c>.</summary>
    public string? ProgressDeadline { get; init; }
}

/// <summary>The options of a commit that its rollout keeps.</summary>
public sealed record RolloutOptions
{
    /// <summary>How many machines may fail.</summary>
    public int MaxFailures { get; init; }

    /// <summary>Seconds after the start at which it fails unless every reached machine is verified.</summary>
    public long ProgressDeadlineSeconds { get; init; } = 600;

    /// <summary>Seconds after the start within which it must be confirmed; absent = it need not be.</summary>
    public long? ConfirmWithinSeconds { get; init; }

    /// <summary>What is restored when a service fails.</summary>
    public Atomicity Atomicity { get; init; }
}

/// <summary>In which order machines get a revision.</summary>
[JsonConverter(typeof(KebabEnum<RolloutStrategy>))]
public enum RolloutStrategy
{
    /// <summary>All at once.</summary>
    All,

    /// <summary>Some chosen ones first; not served by this version.</summary>
    Canary,

    /// <summary>One set after the other; not served by this version.</summary>
    Waves,
}

/// <summary>What a host restores when one of its services fails.</summary>
[JsonConverter(typeof(KebabEnum<Atomicity>))]
public enum Atomicity
{
    /// <summary>The failing service alone.</summary>
    Service,

    /// <summary>One service that fails has all services of its host restored.</summary>
    Host,
}

using System.Text.Json.Serialization;
using Cluster.Contracts.Json;

namespace Cluster.Contracts.Settings;

/// <summary>
/// Who is told of what, and from when on something is worth telling. It is stored and checked; this version delivers nothing yet.
/// </summary>
public sealed record AlertSettings : ISingletonDocument
{
    /// <inheritdoc/>
    public static string Kind => Kinds.AlertSettings;

    /// <summary>Who is told, at most 100; absent = nobody.</summary>
    public IReadOnlyList<AlertRecipient>? Recipients { get; init; }

    /// <summary>From when on something is an alert; absent = the defaults of its members.</summary>
    public AlertThresholds? Thresholds { get; init; }
}

/// <summary>Somebody who is told of alerts.</summary>
public sealed record AlertRecipient
{
    /// <summary>Who it is, unique in these settings.</summary>
    public required string Name { get; init; }

    /// <summary>Classes of alerts; absent = all of them.</summary>
    public IReadOnlyList<AlertClass>? Classes { get; init; }

    /// <summary>The least severity that is told; default <c>warning</c>.</summary>
    public AlertSeverity? Severity { get; init; }

    /// <summary>Mail addresses, at most 50.</summary>
    public IReadOnlyList<string>? Emails { get; init; }

    /// <summary>Names of webhooks, at most 50.</summary>
    public IReadOnlyList<string>? Webhooks { get; init; }
}

/// <summary>From when on something is an alert.</summary>
public sealed record AlertThresholds
{
    /// <summary>
    /// Days before the expiry of a certificate at which it is told, each once; 1 to 3,650, at most 20. On the day of expiry and after it is
    /// always told. Default 90, 60, 30, 15, 5, 4, 3, 2, 1.
    /// </summary>
    public IReadOnlyList<int>? CertificateDays { get; init; }

    /// <summary>How long a machine may be offline, 1m to 30d; default 15m.</summary>
    public string? MachineOfflineAfter { get; init; }

    /// <summary>How long a difference on a host may stay, 0s to 30d; default 5m.</summary>
    public string? DriftAfter { get; init; }

    /// <summary>How long the same alert is not told again, 1m to 30d; default 24h.</summary>
    public string? RepeatAfter { get; init; }
}

/// <summary>Classes of alerts.</summary>
[JsonConverter(typeof(KebabEnum<AlertClass>))]
public enum AlertClass
{
    /// <summary>Certificates that expire or have expired.</summary>
    Certificates,

    /// <summary>Mail that could not be sent, or was sent, with less TLS than its destination requires.</summary>
    Tls,

    /// <summary>Rollouts that failed or wait for somebody.</summary>
    Rollouts,

    /// <summary>Machines that are offline or in quarantine.</summary>
    Machines,

    /// <summary>Differences on hosts that no agent made.</summary>
    Drift,
}

/// <summary>How much an alert weighs, the least first.</summary>
[JsonConverter(typeof(KebabEnum<AlertSeverity>))]
public enum AlertSeverity
{
    /// <summary>Good to know.</summary>
    Info,

    /// <summary>Somebody should look soon.</summary>
    Warning,

    /// <summary>Mail or keys are in danger now.</summary>
    Critical,
}

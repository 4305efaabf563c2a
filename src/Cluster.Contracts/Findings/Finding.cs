using System.Text.Json.Serialization;
using Cluster.Contracts.Json;

namespace Cluster.Contracts.Findings;

/// <summary>Something that an administrator should know about the configuration.</summary>
public sealed record Finding
{
    /// <summary>Stable for the same finding about the same thing.</summary>
    public string? Id { get; init; }

    /// <summary>Stable code, for example <c>dangling-reference</c>.</summary>
    public required string Code { get; init; }

    /// <summary>How bad it is; only an error can block.</summary>
    public required FindingSeverity Severity { get; init; }

    /// <summary>Level of the item that it is about, as written in queries.</summary>
    public string? Level { get; init; }

    /// <summary>Kind of the item.</summary>
    public string? Kind { get; init; }

    /// <summary>Name of the item.</summary>
    public string? Name { get; init; }

    /// <summary>Name of the machine whose effective configuration shows it, when it is not the same for all.</summary>
    public string? Machine { get; init; }

    /// <summary>What was found.</summary>
    public required string Message { get; init; }

    /// <summary>What to do.</summary>
    public required string Hint { get; init; }

    /// <summary>True when muted.</summary>
    public bool? Muted { get; init; }

    /// <summary>When the DNS was asked, for findings that depend on it.</summary>
    public DateTimeOffset? CheckedAt { get; init; }
}

/// <summary>How much a finding weighs: only errors that a change introduces block it.</summary>
[JsonConverter(typeof(KebabEnum<FindingSeverity>))]
public enum FindingSeverity
{
    /// <summary>Breaks something; blocks a change that introduces it.</summary>
    Error,

    /// <summary>Should be looked at.</summary>
    Warning,

    /// <summary>Good to know.</summary>
    Info,
}

using System.Text.Json;
using Cluster.Contracts.Certificates;

namespace Cluster.Contracts.Diffs;

/// <summary>What differs between two configurations.</summary>
public sealed record DiffShape
{
    /// <summary>Revision that is compared.</summary>
    public required long From { get; init; }

    /// <summary>Revision that it is compared with; absent = the staged edits of a change set.</summary>
    public long? To { get; init; }

    /// <summary>Items that differ, by level, kind and name.</summary>
    public required IReadOnlyList<ChangeShape> Changes { get; init; }

    /// <summary>Versions of certificates that take the place of others, and what peers will notice of that.</summary>
    public required IReadOnlyList<CertificateReplacementShape> Replacements { get; init; }

    /// <summary>What the difference does to machines.</summary>
    public required ImpactShape Impact { get; init; }
}

/// <summary>One item that differs.</summary>
public sealed record ChangeShape
{
    /// <summary>Level as written in queries.</summary>
    public required string Level { get; init; }

    /// <summary>Kind of the item.</summary>
    public required string Kind { get; init; }

    /// <summary>Name of the item; <c>-</c> for a singleton.</summary>
    public required string Name { get; init; }

    /// <summary>created, updated or deleted.</summary>
    public required string Change { get; init; }

    /// <summary>Document before; absent = not defined.</summary>
    public JsonElement? Before { get; init; }

    /// <summary>Document after; absent = not defined.</summary>
    public JsonElement? After { get; init; }

    /// <summary>JSON Pointers to the members that differ.</summary>
    public required IReadOnlyList<string> Fields { get; init; }
}

/// <summary>What a change does to machines.</summary>
public sealed record ImpactShape
{
    /// <summary>Names of machines that get another bundle.</summary>
    public required IReadOnlyList<string> Machines { get; init; }

    /// <summary>Services that get another part.</summary>
    public required IReadOnlyList<ServiceImpactShape> Services { get; init; }

    /// <summary>Services that may be reloaded; the agent decides by the bytes that it renders.</summary>
    public required IReadOnlyList<ServiceImpactShape> Reloads { get; init; }

    /// <summary>Keys that would reach machines which never held them.</summary>
    public required IReadOnlyList<KeyReleaseShape> KeysReleased { get; init; }
}

/// <summary>A service of a machine.</summary>
public sealed record ServiceImpactShape
{
    /// <summary>Label of the machine at the time of the comparison.</summary>
    public required string Machine { get; init; }

    /// <summary>The service on that machine, as its local file names it.</summary>
    public required string Service { get; init; }
}

/// <summary>A key that would reach a machine.</summary>
public sealed record KeyReleaseShape
{
    /// <summary>Label of the machine at the time of the comparison.</summary>
    public required string Machine { get; init; }

    /// <summary>Hash of the public key, lower-case hex SHA-256: names the key.</summary>
    public required string PublicKeySha256 { get; init; }
}

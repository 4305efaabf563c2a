using System.Text.Json.Serialization;
using Cluster.Contracts.Json;

namespace Cluster.Contracts.Access;

/// <summary>What a token may do; each role includes the ones before it.</summary>
[JsonConverter(typeof(KebabEnum<Role>))]
public enum Role
{
    /// <summary>Reads everything of the cluster but private keys; changes nothing.</summary>
    Viewer,

    /// <summary>Changes, commits, rollouts, tests.</summary>
    Operator,

    /// <summary>Join tokens, machines, backup, restore, tokens of the cluster.</summary>
    Admin,

    /// <summary>The whole installation; only together with all clusters.</summary>
    Owner,
}

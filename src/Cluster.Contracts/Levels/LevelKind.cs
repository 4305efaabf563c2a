using System.Text.Json.Serialization;
using Cluster.Contracts.Json;

namespace Cluster.Contracts.Levels;

/// <summary>Where a setting can be defined; the nearest level wins: machine, else group, else cluster.</summary>
[JsonConverter(typeof(KebabEnum<LevelKind>))]
public enum LevelKind
{
    /// <summary>For every machine of the cluster.</summary>
    Cluster,

    /// <summary>For the machines of one group.</summary>
    Group,

    /// <summary>Nearest level: holds for one machine, before those of its group and cluster.</summary>
    Machine,
}

using System.Text.Json;
using System.Text.Json.Serialization;

namespace Cluster.Contracts.Json;

/// <summary>Writes an enum as its kebab-case name; numbers are refused.</summary>
/// <typeparam name="T">The enum.</typeparam>
public sealed class KebabEnum<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false)
    where T : struct, Enum;

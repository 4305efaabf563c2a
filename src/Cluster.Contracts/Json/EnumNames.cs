using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Cluster.Contracts.Json;

/// <summary>The names of enum members on the wire: what <see cref="JsonStringEnumMemberNameAttribute"/> says, else kebab case.</summary>
public static class EnumNames
{
    private static readonly ConcurrentDictionary<Type, IReadOnlyList<string>> Names = new();

    /// <summary>Returns the wire names of all members of an enum, in declaration order.</summary>
    [UnconditionalSuppressMessage("Trimming", "IL2070", Justification = "Fields of enums that are serialised are kept.")]
    public static IReadOnlyList<string> Of(Type type) => Names.GetOrAdd(type, static t =>
        [.. Enum.GetNames(t).Select(name => NameOf(t, name))]);

    /// <summary>Returns the wire name of a value.</summary>
    public static string Of<T>(T value)
        where T : struct, Enum => NameOf(typeof(T), value.ToString());

    /// <summary>Reads a wire name; null when there is none, or no member bears it.</summary>
    public static T? ParseOrNull<T>(string? name)
        where T : struct, Enum => name is not null && TryParse<T>(name, out var value) ? value : null;

    /// <summary>Reads a wire name.</summary>
    /// <returns>False when no member bears the name.</returns>
    public static bool TryParse<T>(string name, out T value)
        where T : struct, Enum
    {
        foreach (var candidate in Enum.GetValues<T>())
        {
            if (Of(candidate) != name) continue;
            value = candidate;
            return true;
        }

        value = default;
        return false;
    }

    [UnconditionalSuppressMessage("Trimming", "IL2070", Justification = "Fields of enums that are serialised are kept.")]
    private static string NameOf(Type type, string name) =>
        type.GetField(name)?.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name
            ?? JsonNamingPolicy.KebabCaseLower.ConvertName(name);
}

using System.Text.RegularExpressions;
using Cluster.Contracts.Json;
using Cluster.Contracts.Settings;
using Cluster.Domain.Settings;

namespace Cluster.Domain.Configuration;

/// <summary>Names of items: how they must look and how they are compared.</summary>
public static partial class ItemNames
{
    /// <summary>
    /// Returns the name as compared. Never fails: what breaks the rules, or is of no kind that is known, is compared as written.
    /// </summary>
    public static string Normalize(string kind, string name) => KindRegistry.Find(kind)?.Normalize(name) ?? name;

    /// <summary>Returns what is wrong with the name of an item, or null when nothing is.</summary>
    public static FieldError? Check(string kind, string name, string pointer = "") => KindRegistry.Get(kind).CheckName(name, pointer);

    /// <summary>Returns what is wrong with the name of a thing that has no rules of its own, for example a cluster.</summary>
    public static FieldError? CheckPlain(string name, string pointer) => NamePattern().IsMatch(name)
        ? null
        : new FieldError(
            pointer,
            FieldErrorCodes.Name,
            "A name has 1 to 63 lower-case letters, digits, '.', '_' and '-', and begins with a letter or digit.");

    internal static FieldError? CheckSingleton(string name, string pointer) =>
        name == Kinds.SingletonName ? null : new FieldError(pointer, FieldErrorCodes.Name, "A singleton has the name '-'.");

    [GeneratedRegex("^[a-z0-9]([a-z0-9._-]{0,62})\\z", RegexOptions.CultureInvariant)]
    private static partial Regex NamePattern();
}

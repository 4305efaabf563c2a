using System.Text.RegularExpressions;
using Cluster.Contracts.Json;
using Cluster.Contracts.Settings;
using Cluster.Domain.Settings;
using Cluster.Pki.Names;

namespace Cluster.Domain.Configuration;

/// <summary>Names of items: how they must look and how they are compared.</summary>
public static partial class ItemNames
{
    /// <summary>The destination that stands for every other domain.</summary>
    public const string DefaultDestination = "default";

    /// <summary>Returns the name as compared: lower-case A-labels for domains, else the name itself. Never fails: what breaks the rules is compared as written.</summary>
    public static string Normalize(string kind, string name) => kind == Kinds.DestinationControls ? NormalizeDomain(name) : name;

    /// <summary>Returns what is wrong with a name, or null when nothing is.</summary>
    public static FieldError? Check(string kind, string name, string pointer = "")
    {
        if (KindRegistry.Find(kind)?.IsSingleton == true) return name == Kinds.SingletonName ? null : new FieldError(pointer, "name", "A singleton has the name '-'.");
        if (kind == Kinds.DestinationControls) return CheckDestination(name, pointer);
        return NamePattern().IsMatch(name)
            ? null
            : new FieldError(pointer, "name", "A name has 1 to 63 lower-case letters, digits, '.', '_' and '-', and begins with a letter or digit.");
    }

    private static FieldError? CheckDestination(string name, string pointer)
    {
        if (name == DefaultDestination) return null;
        var domain = name.StartsWith('.') ? name[1..] : name;
        return domain.Length > 0 && DnsNames.TryNormalise(domain, out _)
            ? null
            : new FieldError(pointer, "domain", "A destination is a domain of A- or U-labels, '.domain' for its sub-domains, or 'default'.");
    }

    private static string NormalizeDomain(string name)
    {
        var under = name.StartsWith('.');
        if (!DnsNames.TryNormalise(under ? name[1..] : name, out var domain)) return name;
        return under ? "." + domain : domain;
    }

    [GeneratedRegex("^[a-z0-9]([a-z0-9._-]{0,62})\\z", RegexOptions.CultureInvariant)]
    private static partial Regex NamePattern();
}

using Cluster.Contracts.Json;
using Cluster.Domain.Configuration;
using Cluster.Pki.Names;

namespace Cluster.Domain.Settings;

/// <summary>Rules that many kinds share.</summary>
internal static class FieldRules
{
    public static IEnumerable<FieldError> Port(int port, string pointer)
    {
        if (port is < 1 or > 65535) yield return new FieldError(pointer, FieldErrorCodes.Range, "A port lies between 1 and 65535.");
    }

    public static IEnumerable<FieldError> HostName(string? name, string pointer)
    {
        if (name is not null && !DnsNames.TryNormalise(name, out _))
            yield return new FieldError(
                pointer, FieldErrorCodes.HostName, "A host name consists of A- or U-labels of letters, digits and hyphens (RFC 1123).");
    }

    public static IEnumerable<FieldError> Reference(string? name, string pointer)
    {
        if (name is not null && ItemNames.CheckPlain(name, pointer) is { } error) yield return error;
    }

    public static IEnumerable<FieldError> Length(string? text, int maximum, string pointer)
    {
        if (text is not null && text.Length > maximum)
            yield return new FieldError(pointer, FieldErrorCodes.Length, $"The text has at most {maximum} characters.");
    }

    public static IEnumerable<FieldError> Unique(
        IReadOnlyList<string> values, string pointer, string what, Func<string, string>? normalize = null)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < values.Count; i++)
        {
            if (!seen.Add(normalize is null ? values[i] : normalize(values[i])))
                yield return new FieldError(
                    $"{pointer}/{i}", FieldErrorCodes.Duplicate, $"The {what} '{values[i]}' is listed more than once; keep one.");
        }
    }

    public static string Domain(string name) => DnsNames.TryNormalise(name, out var normalised) ? normalised : name;
}

using Cluster.Contracts.Json;

namespace Cluster.Domain.Settings;

/// <summary>
/// Rules of labels, of machines and of certificates alike: what one of them takes can be asked for by a selector of the other.
/// </summary>
public static class LabelRules
{
    private const int Most = 64;
    private const int LongestKey = 63;
    private const int LongestValue = 255;

    /// <summary>Whether a text can be the key of a label.</summary>
    public static bool IsKey(string key) =>
        key.Length is > 0 and <= LongestKey && key.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' or '/');

    /// <summary>What is wrong with labels that stand in the member <c>labels</c>.</summary>
    public static IEnumerable<FieldError> Check(IReadOnlyDictionary<string, string>? labels)
    {
        if (labels is null) yield break;
        if (labels.Count > Most) yield return new FieldError("/labels", FieldErrorCodes.Count, $"There are at most {Most} labels.");
        foreach (var (key, value) in labels)
        {
            var pointer = JsonPointer.Member("/labels", key);
            if (!IsKey(key))
                yield return new FieldError(
                    pointer, FieldErrorCodes.LabelKey, $"The key of a label has 1 to {LongestKey} letters, digits, '.', '_', '-' and '/'.");
            if (value.Length > LongestValue || value.Any(char.IsControl))
                yield return new FieldError(
                    pointer,
                    FieldErrorCodes.LabelValue,
                    $"The value of a label has at most {LongestValue} characters and no control characters.");
        }
    }
}

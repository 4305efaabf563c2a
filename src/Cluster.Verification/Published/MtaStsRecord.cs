namespace Cluster.Verification.Published;

/// <summary>The TXT record that says that a domain has an MTA-STS policy (RFC 8461, 3.1).</summary>
public static class MtaStsRecord
{
    /// <summary>What stands before the domain in the name of the record.</summary>
    public const string Label = "_mta-sts";

    private const string Version = "v=STSv1";
    private const string IdName = "id=";
    private const int LongestId = 32;

    /// <summary>The id of the policy; null = the domain has none: no record, several, or one that breaks the rules.</summary>
    /// <param name="texts">All TXT records of the name, each with its strings joined.</param>
    public static string? IdOf(IEnumerable<string> texts)
    {
        // RFC 8461, 3.1: what does not begin so is no such record; several are as good as none.
        string[] found = [.. texts.Where(t => t.StartsWith(Version, StringComparison.Ordinal)).Take(2)];
        if (found.Length != 1) return null;
        var fields = found[0].Split(';').Select(f => f.Trim(' ', '\t')).ToArray();
        if (fields[0] != Version) return null;
        var id = fields.Skip(1).FirstOrDefault(f => f.StartsWith(IdName, StringComparison.Ordinal))?[IdName.Length..];
        return id is { Length: > 0 and <= LongestId } && id.All(char.IsAsciiLetterOrDigit) ? id : null;
    }
}

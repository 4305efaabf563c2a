namespace Cluster.Agent.Trust;

/// <summary>The pin of a control CA's root: <c>sha256:</c> and the SHA-256 of its public key in hex.</summary>
internal static class PublicKeyPin
{
    private const string Prefix = "sha256:";
    private const int HexLength = 64;

    /// <summary>Reads a pin; null when it is none.</summary>
    public static string? TryParse(string text)
    {
        var hex = text.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) ? text[Prefix.Length..] : text;
        return hex.Length == HexLength && hex.All(char.IsAsciiHexDigit) ? hex.ToLowerInvariant() : null;
    }
}

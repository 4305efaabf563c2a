namespace Cluster.Contracts.Json;

/// <summary>Pointers into JSON documents (RFC 6901), as errors name the member that they are about.</summary>
public static class JsonPointer
{
    /// <summary>The pointer of a member of what another pointer names; the root is the empty text.</summary>
    public static string Member(string pointer, string name) =>
        $"{pointer}/{name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";
}

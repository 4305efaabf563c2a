namespace Cluster.Pki.Containers.Pem;

/// <summary>One PEM block as it stands in the text.</summary>
/// <param name="Label">Text between BEGIN and the dashes, fit for messages.</param>
/// <param name="Headers">Header lines of traditional encryption (RFC 1421), or empty.</param>
/// <param name="Data">Decoded bytes; null when the base64 or the END line is damaged.</param>
internal sealed record PemBlock(string Label, IReadOnlyDictionary<string, string> Headers, byte[]? Data);

using System.Security.Cryptography;

namespace Cluster.Domain.Settings;

/// <summary>The PEM text of an authority (RFC 7468).</summary>
internal static class AuthorityText
{
    public const string CertificateLabel = "CERTIFICATE";

    /// <summary>Returns the DER of every certificate in order; what is not readable is left out.</summary>
    public static IEnumerable<byte[]> Certificates(string text) =>
        Blocks(text).Where(b => b.Label == CertificateLabel).Select(b => b.Data);

    public static List<(string Label, byte[] Data)> Blocks(string text)
    {
        var blocks = new List<(string Label, byte[] Data)>();
        var rest = text.AsSpan();
        while (PemEncoding.TryFind(rest, out var fields))
        {
            blocks.Add((rest[fields.Label].ToString(), Convert.FromBase64String(rest[fields.Base64Data].ToString())));
            rest = rest[fields.Location.End..];
        }

        return blocks;
    }
}

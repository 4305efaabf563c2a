using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Cluster.Contracts.Settings;
using Cluster.Pki.Certificates;

namespace Cluster.Domain.Settings;

/// <summary>The PEM text of an authority (RFC 7468).</summary>
public static class AuthorityText
{
    internal const string CertificateLabel = "CERTIFICATE";

    // Documents are kept and never change; what stands in them is read once and goes with them.
    private static readonly ConditionalWeakTable<TrustedAuthority, IReadOnlyList<CertificateInfo>> Known = [];

    /// <summary>Returns every certificate of an authority in order; what is not readable is left out.</summary>
    public static IReadOnlyList<CertificateInfo> Read(TrustedAuthority authority) => Known.GetValue(
        authority, static a => [.. Certificates(a.Certificates).Select(der => CertificateInfo.TryRead(der)).OfType<CertificateInfo>()]);

    /// <summary>Returns the DER of every certificate in order; what is not readable is left out.</summary>
    internal static IEnumerable<byte[]> Certificates(string text) =>
        Blocks(text).Where(b => b.Label == CertificateLabel).Select(b => b.Data);

    internal static List<(string Label, byte[] Data)> Blocks(string text)
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

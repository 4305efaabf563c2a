using Cluster.Domain.Bundles;
using Cluster.Pki.Certificates;

namespace Cluster.Domain.Validation;

/// <summary>What stands in a certificate's content, read once: contents never change, so whoever looks at many keeps it.</summary>
/// <param name="Leaf">The leaf.</param>
/// <param name="Intermediates">The intermediates in the order in which they are served.</param>
public sealed record CertificateFacts(CertificateInfo Leaf, IReadOnlyList<CertificateInfo> Intermediates)
{
    /// <summary>Reads a content.</summary>
    /// <returns>Null when the leaf cannot be read.</returns>
    public static CertificateFacts? TryRead(CertificateContent content) =>
        TryRead(content, static der => CertificateInfo.TryRead(der.Span));

    /// <summary>Reads a content; intermediates, which many contents share, are read by whoever knows them.</summary>
    /// <returns>Null when the leaf cannot be read.</returns>
    public static CertificateFacts? TryRead(CertificateContent content, Func<ReadOnlyMemory<byte>, CertificateInfo?> readIntermediate) =>
        CertificateInfo.TryRead(content.Leaf.Span) is { } leaf
            ? new CertificateFacts(leaf, [.. content.Chain.Select(readIntermediate).OfType<CertificateInfo>()])
            : null;
}

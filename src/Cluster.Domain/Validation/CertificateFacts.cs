using Cluster.Domain.Bundles;
using Cluster.Pki.Certificates;

namespace Cluster.Domain.Validation;

/// <summary>What stands in a certificate's content, read once: contents never change, so whoever looks at many keeps it.</summary>
/// <param name="Leaf">The leaf.</param>
/// <param name="Intermediates">The intermediates in the order in which they are served.</param>
public sealed record CertificateFacts(CertificateInfo Leaf, IReadOnlyList<CertificateInfo> Intermediates)
{
    /// <summary>How many intermediates could not be read.</summary>
    public int Unreadable { get; init; }

    /// <summary>Reads a content.</summary>
    /// <returns>Null when the leaf cannot be read.</returns>
    public static CertificateFacts? TryRead(CertificateContent content) =>
        TryRead(content, static der => TryReadOne(der.Span));

    /// <summary>Reads a content; intermediates, which many contents share, are read by whoever knows them.</summary>
    /// <returns>Null when the leaf cannot be read.</returns>
    public static CertificateFacts? TryRead(CertificateContent content, Func<ReadOnlyMemory<byte>, CertificateInfo?> readIntermediate) =>
        TryReadOne(content.Leaf.Span) is { } leaf ? Of(leaf, [.. content.Chain.Select(readIntermediate)]) : null;

    /// <summary>Reads one stored certificate.</summary>
    /// <returns>Null when it cannot be read.</returns>
    public static CertificateInfo? TryReadOne(ReadOnlySpan<byte> der)
    {
        try
        {
            return CertificateInfo.TryRead(der);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // What is stored was read once, perhaps by another version of the reader: one that stumbles over it now must not take
            // the lists and the validation of the whole cluster with it.
            return null;
        }
    }

    private static CertificateFacts Of(CertificateInfo leaf, IReadOnlyList<CertificateInfo?> chain) =>
        new(leaf, [.. chain.OfType<CertificateInfo>()]) { Unreadable = chain.Count(c => c is null) };
}

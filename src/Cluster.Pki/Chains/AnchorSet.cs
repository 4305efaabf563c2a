using Cluster.Pki.Certificates;

namespace Cluster.Pki.Chains;

/// <summary>Anchors by digest, key and name.</summary>
internal sealed class AnchorSet(IReadOnlyList<CertificateInfo> anchors)
{
    private readonly HashSet<string> digests = anchors.Select(a => a.Sha256).ToHashSet(StringComparer.Ordinal);
    private readonly HashSet<string> keys = anchors.Select(Key).ToHashSet(StringComparer.Ordinal);
    private readonly ILookup<string, CertificateInfo> bySubject = anchors.ToLookup(a => a.SubjectForm, StringComparer.Ordinal);

    /// <summary>Those with a name, in the form in which names are compared.</summary>
    public IEnumerable<CertificateInfo> Named(string subject) => bySubject[subject];

    /// <summary>Whether it is an anchor, or has an anchor's name and key (a root that was issued again).</summary>
    public bool Contains(CertificateInfo certificate) => digests.Contains(certificate.Sha256) || keys.Contains(Key(certificate));

    private static string Key(CertificateInfo c) => c.PublicKeySha256 + c.SubjectForm;
}

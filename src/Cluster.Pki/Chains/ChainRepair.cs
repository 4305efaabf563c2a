using Cluster.Pki.Certificates;

namespace Cluster.Pki.Chains;

/// <summary>Makes a servable chain out of whatever came with a leaf.</summary>
public static class ChainRepair
{
    /// <summary>Most intermediates that a chain may have.</summary>
    public const int MaximumIntermediates = 10;

    /// <summary>Finds the leaf by its public key; several certificates for one key: the newest that is no authority wins.</summary>
    /// <returns>Null when no certificate has the key.</returns>
    public static CertificateInfo? FindLeaf(string publicKeySha256, IEnumerable<CertificateInfo> certificates) => throw new NotSupportedException();

    /// <summary>Orders, completes and cleans a chain; the result does not depend on the order given, and repairing again changes nothing.</summary>
    /// <param name="leaf">The leaf.</param>
    /// <param name="given">What came with it, in any order, with or without the leaf.</param>
    /// <param name="pool">Further certificates from which missing issuers are taken: trusted authorities, other chains.</param>
    /// <param name="now">Decides between alternatives: valid ones first.</param>
    public static CertificateChain Repair(CertificateInfo leaf, IReadOnlyList<CertificateInfo> given, IReadOnlyList<CertificateInfo> pool, DateTimeOffset now) =>
        throw new NotSupportedException();
}

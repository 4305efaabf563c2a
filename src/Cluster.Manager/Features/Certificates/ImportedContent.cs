using Cluster.Contracts.Certificates;
using Cluster.Manager.Features.Settings;
using Cluster.Manager.Hosting.Units;
using Cluster.Pki.Chains;
using Cluster.Pki.Containers;

namespace Cluster.Manager.Features.Certificates;

/// <summary>Finds the certificate of an import by the key that came along, or else by a key that is here.</summary>
internal sealed class ImportedContent(SignedContent signed, ChainAssembly chains)
{
    /// <summary>Finds it and repairs its chain.</summary>
    /// <param name="target">The item.</param>
    /// <param name="upload">What came.</param>
    /// <param name="select">Digest of the public key to take when several came; null = there is one.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<PreparedVersion> FindAsync(ItemTarget target, ReadUpload upload, string? select, CancellationToken ct)
    {
        if (KeySelection.Select(upload.All, select).TryGet(out var key, out var error))
        {
            var leaf = ChainRepair.FindLeaf(key.PublicKeySha256, upload.Certificates)
                ?? throw new InvalidOperationException("A key was selected that has no certificate.");
            var chain = await chains.RepairAsync(target, leaf, upload.Certificates, ct);
            return new PreparedVersion(
                new NewVersion(CertificateSource.Imported, leaf, chain.Intermediates), key, chain) { Notes = upload.Notes(chain) };
        }

        if (error.Code != KeySelection.NoPrivateKey) throw new RefusedException(CertificateFailures.Key(error, upload.All));
        upload.Locked().OrRefuse();
        if (upload.Certificates.Count == 0) throw new RefusedException(CertificateFailures.NoCertificate(upload.All));
        return await signed.FindAsync(target, upload, ct) ?? throw new RefusedException(CertificateFailures.Key(error, upload.All));
    }
}

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Cluster.Pki.Certificates;

namespace Cluster.Pki.Chains;

/// <summary>The list of authorities that this host trusts.</summary>
public static class SystemAuthorities
{
    private static readonly Lazy<IReadOnlyList<CertificateInfo>> Loaded = new(Read);

    /// <summary>The list as it was when first asked for; empty when the host has none.</summary>
    public static IReadOnlyList<CertificateInfo> All => Loaded.Value;

    private static List<CertificateInfo> Read()
    {
        var result = new List<CertificateInfo>();
        try
        {
            using var store = new X509Store(StoreName.Root, StoreLocation.LocalMachine);
            store.Open(OpenFlags.ReadOnly);
            foreach (var certificate in store.Certificates)
            {
                if (CertificateInfo.TryRead(certificate.RawDataMemory.Span) is { } info) result.Add(info);
                certificate.Dispose();
            }
        }
        catch (CryptographicException)
        {
            // A host without a store trusts nobody by it.
        }

        return result;
    }
}

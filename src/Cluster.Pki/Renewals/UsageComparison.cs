using System.Security.Cryptography.X509Certificates;
using Cluster.Pki.Certificates;
using Cluster.Pki.Keys;

namespace Cluster.Pki.Renewals;

/// <summary>What the old certificate could be used for and the new one cannot (RFC 5280, 4.2.1.3 and 4.2.1.12).</summary>
internal static class UsageComparison
{
    private const X509KeyUsageFlags Handshake =
        X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyEncipherment | X509KeyUsageFlags.KeyAgreement;

    public static IEnumerable<CertificateDifference> Lost(ServedCertificate before, ServedCertificate after)
    {
        // What no extension limits could be used for TLS in both directions; other purposes count only where they were named.
        var named = before.Leaf.ExtendedKeyUsage ?? [];
        foreach (var purpose in named.Append(Oids.ServerAuth).Append(Oids.ClientAuth).Distinct())
        {
            if (purpose == Oids.AnyExtendedKeyUsage || !Allows(before, purpose) || Allows(after, purpose)) continue;
            var name = KeyPurposes.Name(purpose);
            yield return new(
                DifferenceKind.UsageLost,
                name,
                null,
                KeyPurposes.Names(after.Leaf, purpose)
                    ? $"The extendedKeyUsage of an intermediate does not allow {name} any more."
                    : $"extendedKeyUsage does not allow {name} any more.");
        }

        var (old, now) = (Usage(before.Leaf), Usage(after.Leaf));
        foreach (var flag in Enum.GetValues<X509KeyUsageFlags>().Where(f => f != X509KeyUsageFlags.None && Handshake.HasFlag(f)))
        {
            if (!old.HasFlag(flag) || now.HasFlag(flag) || !Matters(flag, after.Leaf.KeyAlgorithm)) continue;
            var name = char.ToLowerInvariant($"{flag}"[0]) + $"{flag}"[1..];
            yield return new(DifferenceKind.UsageLost, name, null, $"keyUsage does not allow {name} any more.");
        }
    }

    private static bool Allows(ServedCertificate served, string purpose) =>
        KeyPurposes.Allows(served.Leaf, served.Intermediates, purpose);

    private static X509KeyUsageFlags Usage(CertificateInfo leaf) => leaf.KeyUsage ?? X509KeyUsageFlags.DigitalSignature;

    // Other kinds of keys never encipher (RSA) or agree (EC).
    private static bool Matters(X509KeyUsageFlags flag, KeyAlgorithm algorithm) => flag switch
    {
        X509KeyUsageFlags.KeyEncipherment => algorithm == KeyAlgorithm.Rsa,
        X509KeyUsageFlags.KeyAgreement => algorithm == KeyAlgorithm.Ec,
        _ => true,
    };
}

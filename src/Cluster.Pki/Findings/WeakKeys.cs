using Cluster.Pki.Keys;

namespace Cluster.Pki.Findings;

/// <summary>Keys that are too short or of a kind that peers do not take (CA/Browser Forum BR, 6.1.5; NIST SP 800-57).</summary>
internal static class WeakKeys
{
    public static bool IsWeak(PublicKeyMaterial key) => key.Algorithm switch
    {
        KeyAlgorithm.Rsa or KeyAlgorithm.RsaPss => key.Size < 2048,
        KeyAlgorithm.Ec => key.Size is > 0 and < 256,
        KeyAlgorithm.Dsa => true,
        _ => false,
    };
}

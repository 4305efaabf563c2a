using Cluster.Pki.Keys;
using Cluster.Pki.Requests;

namespace Cluster.Pki.Containers;

/// <summary>Chooses the private key that an import is about.</summary>
public static class KeySelection
{
    /// <summary>No private key was found.</summary>
    public const string NoPrivateKey = "no-private-key";

    /// <summary>Several private keys were found and none was chosen.</summary>
    public const string ChooseKey = "choose-key";

    /// <summary>The chosen key is not there.</summary>
    public const string KeyNotFound = "key-not-found";

    /// <summary>There is a key, but no certificate for it.</summary>
    public const string NoCertificateForKey = "no-certificate-for-key";

    /// <summary>Chooses the only key, or the one named; keys without a certificate do not count when another has one.</summary>
    /// <param name="found">What was read.</param>
    /// <param name="publicKeySha256">Digest of the public key that the caller chose, or null.</param>
    /// <returns>The key, owned by <paramref name="found"/>, or an error whose message lists the keys.</returns>
    public static PkiResult<PrivateKeyMaterial> Select(ReadResult found, string? publicKeySha256 = null)
    {
        if (found.PrivateKeys.Count == 0)
            return new PkiError(
                NoPrivateKey,
                "No private key was found.",
                "Send the private key too, or send a signed certificate whose key is already here.");
        if (publicKeySha256 is not null)
        {
            return found.PrivateKeys.FirstOrDefault(k => k.PublicKeySha256 == publicKeySha256) is { } chosen
                ? Certified(found, chosen)
                : new PkiError(KeyNotFound, "The chosen key is not in the data.", $"Choose one of: {List(found, found.PrivateKeys)}.");
        }

        var certified = found.PrivateKeys.Where(k => HasCertificate(found, k)).ToList();
        if (certified.Count == 1) return certified[0];
        return certified.Count == 0
            ? Certified(found, found.PrivateKeys[0])
            : new PkiError(
                ChooseKey,
                $"{certified.Count} private keys with certificates were found.",
                $"Choose one by its publicKeySha256: {List(found, certified)}.");
    }

    private static PkiResult<PrivateKeyMaterial> Certified(ReadResult found, PrivateKeyMaterial key)
    {
        if (HasCertificate(found, key)) return key;
        if (found.Certificates.FirstOrDefault(c => c.PublicKey.IsOtherFormOf(key.Public)) is { } other)
            return Refusals.CompressedPoint(SubjectRules.Shown(other.Subject));
        return new PkiError(
            NoCertificateForKey,
            $"No certificate belongs to the private key {key.PublicKeySha256}.",
            "Send the certificate that was issued for this key.");
    }

    private static bool HasCertificate(ReadResult found, PrivateKeyMaterial key) =>
        found.Certificates.Any(c => c.PublicKey.Matches(key.Public));

    private static string List(ReadResult found, IEnumerable<PrivateKeyMaterial> keys) => string.Join(", ", keys.Select(k =>
        $"{k.PublicKeySha256} ({k.Algorithm} {k.Size}, "
            + $"{found.Certificates.FirstOrDefault(c => c.PublicKey.Matches(k.Public))?.Subject ?? "no certificate"})"));
}

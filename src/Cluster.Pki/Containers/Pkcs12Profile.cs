namespace Cluster.Pki.Containers;

/// <summary>Algorithms of a written PKCS#12.</summary>
public enum Pkcs12Profile
{
    /// <summary>PBES2 with AES-256-CBC, HMAC-SHA-256 for key derivation and integrity.</summary>
    Modern,

    /// <summary>Triple DES and SHA-1, for old software.</summary>
    Legacy,
}

namespace Cluster.Pki.Keys;

/// <summary>Family of a public key; keys of the last five are recognised in certificates but never made.</summary>
public enum KeyAlgorithm
{
    /// <summary>RSA (RFC 8017).</summary>
    Rsa,

    /// <summary>Elliptic curve (RFC 5480).</summary>
    Ec,

    /// <summary>Edwards curve 25519 (RFC 8410).</summary>
    Ed25519,

    /// <summary>RSA restricted to PSS (RFC 4055).</summary>
    RsaPss,

    /// <summary>Edwards curve 448 (RFC 8410).</summary>
    Ed448,

    /// <summary>DSA (RFC 3279).</summary>
    Dsa,

    /// <summary>Anything else.</summary>
    Unknown,
}

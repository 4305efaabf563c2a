namespace Cluster.Pki.Containers;

/// <summary>Wrapping in which certificates and keys come.</summary>
public enum ContainerKind
{
    /// <summary>PEM text (RFC 7468).</summary>
    Pem,

    /// <summary>A bare DER object.</summary>
    Der,

    /// <summary>PKCS#7 (RFC 2315, RFC 5652).</summary>
    Pkcs7,

    /// <summary>PKCS#12 (RFC 7292).</summary>
    Pkcs12,

    /// <summary>Java key store; recognised, not read.</summary>
    Jks,

    /// <summary>Java key store with secret keys; recognised, not read.</summary>
    Jceks,

    /// <summary>Nothing known.</summary>
    Unknown,
}

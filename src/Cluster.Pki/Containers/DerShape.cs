namespace Cluster.Pki.Containers;

/// <summary>What a DER or BER value is, judged by its outer structure.</summary>
internal enum DerShape
{
    Unknown,
    Certificate,
    Request,
    RevocationList,
    Pkcs8,
    EncryptedPkcs8,
    Pkcs1,
    Sec1,
    DsaKey,
    PublicKey,
    Parameters,
    SignedData,
    OtherCms,
    Pkcs12,
}

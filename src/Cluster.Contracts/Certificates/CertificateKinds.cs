using System.Text.Json.Serialization;
using Cluster.Contracts.Json;

namespace Cluster.Contracts.Certificates;

/// <summary>Where a certificate came from.</summary>
[JsonConverter(typeof(KebabEnum<CertificateSource>))]
public enum CertificateSource
{
    /// <summary>Made here, signed by its own key.</summary>
    SelfSigned,

    /// <summary>Imported with its key.</summary>
    Imported,

    /// <summary>Signed by an authority for a request made here.</summary>
    Signed,

    /// <summary>The built-in demo certificate.</summary>
    Demo,

    /// <summary>Issued by the built-in authority.</summary>
    InternalCa,

    /// <summary>Issued by ACME.</summary>
    Acme,
}

/// <summary>Who has a private key.</summary>
[JsonConverter(typeof(KebabEnum<KeyCustody>))]
public enum KeyCustody
{
    /// <summary>The manager; machines that bind the certificate share it.</summary>
    Manager,

    /// <summary>Each machine has its own, which never leaves it.</summary>
    Host,
}

/// <summary>Whether there is an open signing request.</summary>
[JsonConverter(typeof(KebabEnum<SigningRequestPresence>))]
public enum SigningRequestPresence
{
    /// <summary>No request waits for a signed certificate.</summary>
    None,

    /// <summary>At least one.</summary>
    Open,
}

/// <summary>How far a signing request has come; only <c>open</c> takes a signed certificate.</summary>
[JsonConverter(typeof(KebabEnum<SigningRequestState>))]
public enum SigningRequestState
{
    /// <summary>Waits for its certificate.</summary>
    Open,

    /// <summary>A version with its key exists.</summary>
    Fulfilled,

    /// <summary>Withdrawn; its key is destroyed unless a version uses it.</summary>
    Cancelled,

    /// <summary>Its key is marked compromised: no certificate for it is taken, and it waits to be cancelled.</summary>
    Compromised,
}

/// <summary>Algorithms of keys that can be made.</summary>
[JsonConverter(typeof(KebabEnum<NewKeyAlgorithm>))]
public enum NewKeyAlgorithm
{
    /// <summary>RSA of 2048, 3072 or 4096 bits.</summary>
    Rsa,

    /// <summary>EC on P-256, P-384 or P-521.</summary>
    Ec,

    /// <summary>EdDSA over Curve25519 (RFC 8410); no size, no curve to choose.</summary>
    Ed25519,
}

/// <summary>Algorithms of an exported PKCS#12.</summary>
[JsonConverter(typeof(KebabEnum<ExportProfile>))]
public enum ExportProfile
{
    /// <summary>PBES2, AES-256, SHA-256.</summary>
    Modern,

    /// <summary>3DES, SHA-1, for old software.</summary>
    Legacy,
}

/// <summary>Which key a renewal uses.</summary>
[JsonConverter(typeof(KebabEnum<RenewalKey>))]
public enum RenewalKey
{
    /// <summary>A fresh key pair is made for the request.</summary>
    New,

    /// <summary>That of the current version.</summary>
    Same,
}

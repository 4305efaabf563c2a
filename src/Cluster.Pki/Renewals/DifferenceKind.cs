namespace Cluster.Pki.Renewals;

/// <summary>In what a certificate differs from the one that it replaces, as its peers see it.</summary>
public enum DifferenceKind
{
    /// <summary>Another authority issued it.</summary>
    Issuer,

    /// <summary>Its chain leads to another root.</summary>
    Root,

    /// <summary>Its subject is another one.</summary>
    Subject,

    /// <summary>Its public key is another one.</summary>
    Key,

    /// <summary>Its key is of another kind or size.</summary>
    KeyKind,

    /// <summary>A name of the old one is missing.</summary>
    NameLost,

    /// <summary>The old one did not have the name.</summary>
    NameNew,

    /// <summary>The old one could be used for something that this one cannot.</summary>
    UsageLost,

    /// <summary>More or fewer intermediates are served.</summary>
    ChainLength,

    /// <summary>It is valid for a longer or shorter time.</summary>
    ValidityPeriod,

    /// <summary>It asks for an OCSP answer in the handshake, or does so no longer (RFC 7633).</summary>
    MustStaple,
}

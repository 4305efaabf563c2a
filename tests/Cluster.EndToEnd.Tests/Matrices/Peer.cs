namespace Cluster.EndToEnd.Tests.Matrices;

/// <summary>What takes the mail of a domain. Those without a word about DNS are in a signed zone without TLSA records.</summary>
internal enum Peer
{
    Good,
    HasNoEhlo,
    OffersNoStartTls,
    RefusesStartTls,
    FailsHandshakes,
    Untrusted,
    WrongName,
    Expired,

    /// <summary>The MX host has a right certificate for its own name, which is that of another domain.</summary>
    Hosted,

    /// <summary>It asks for a client certificate, and takes mail also without.</summary>
    AsksForCertificate,

    /// <summary>It takes no mail from who has no client certificate.</summary>
    InsistsOnCertificate,

    /// <summary>A TLSA record 3 1 1 names its key; so it does for all that begin with Dane, if nothing else is said.</summary>
    DaneGood,

    /// <summary>The TLSA record names another key.</summary>
    DaneOtherKey,

    /// <summary>One TLSA record names another key, as before a change, a second one its own.</summary>
    DaneBothKeys,

    /// <summary>RFC 7672, 3.1.1: neither authority, nor name, nor validity count beside the key.</summary>
    DaneUntrusted,
    DaneWrongName,
    DaneExpired,

    /// <summary>The TLSA record 2 1 1 names the key of the intermediate.</summary>
    DaneAnchor,

    /// <summary>The same; but here the name counts (RFC 7672, 3.1.2).</summary>
    DaneAnchorWrongName,

    /// <summary>The TLSA record is of a usage that SMTP does not know (RFC 7672, 3.1.3).</summary>
    DaneUnusable,
    DaneOffersNoStartTls,
    DaneRefusesStartTls,
    DaneFailsHandshakes,

    /// <summary>The domain has no MX record: its mail goes to its own address.</summary>
    DaneWithoutMx,

    /// <summary>The zone is not signed; its TLSA record, which names another key, is nobody's word.</summary>
    Unsigned,
    UnsignedOffersNoStartTls,

    /// <summary>The signatures of the domain's MX record do not fit.</summary>
    BogusMx,

    /// <summary>The signatures of the TLSA record do not fit.</summary>
    BogusKeys,

    /// <summary>The MX record is in a zone that is not signed, the server and its TLSA record in a signed one.</summary>
    UnsignedMx,
    UnsignedMxOtherKey,
}

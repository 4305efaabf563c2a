namespace Cluster.Pki.Certificates;

/// <summary>What extensions are called (RFC 5280, 4.2).</summary>
internal static class ExtensionNames
{
    /// <summary>The name, or the object identifier of one that has none here.</summary>
    public static string Of(string oid) => oid switch
    {
        Oids.SubjectKeyIdentifier => "subjectKeyIdentifier",
        Oids.KeyUsage => "keyUsage",
        Oids.SubjectAlternativeName => "subjectAltName",
        Oids.BasicConstraints => "basicConstraints",
        Oids.NameConstraints => "nameConstraints",
        Oids.AuthorityKeyIdentifier => "authorityKeyIdentifier",
        Oids.ExtendedKeyUsage => "extendedKeyUsage",
        Oids.AuthorityInformationAccess => "authorityInfoAccess",
        "2.5.29.18" => "issuerAltName",
        "2.5.29.31" => "cRLDistributionPoints",
        "2.5.29.32" => "certificatePolicies",
        _ => oid,
    };

    /// <summary>Whether it is one of RFC 5280, which every implementation reads.</summary>
    public static bool IsKnown(string oid) => Of(oid) != oid;

    /// <summary>Where RFC 5280 describes it.</summary>
    public static string Source(string oid) => oid switch
    {
        Oids.AuthorityKeyIdentifier => "RFC 5280, 4.2.1.1",
        Oids.SubjectKeyIdentifier => "RFC 5280, 4.2.1.2",
        Oids.KeyUsage => "RFC 5280, 4.2.1.3",
        Oids.SubjectAlternativeName => "RFC 5280, 4.2.1.6",
        Oids.BasicConstraints => "RFC 5280, 4.2.1.9",
        Oids.NameConstraints => "RFC 5280, 4.2.1.10",
        Oids.ExtendedKeyUsage => "RFC 5280, 4.2.1.12",
        Oids.AuthorityInformationAccess => "RFC 5280, 4.2.2.1",
        _ => "RFC 5280, 4.2",
    };
}

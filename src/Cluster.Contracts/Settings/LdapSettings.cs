namespace Cluster.Contracts.Settings;

/// <summary>How the hosts connect to LDAP servers.</summary>
public sealed record LdapSettings : ISingletonDocument
{
    /// <inheritdoc/>
    public static string Kind => Kinds.Ldap;

    /// <summary>Name of the certificate that is presented to the server; absent = none.</summary>
    public string? ClientCertificate { get; init; }

    /// <summary>Names of the trusted authorities that the server's certificate may lead to; absent = all that are trusted.</summary>
    public IReadOnlyList<string>? TrustedAuthorities { get; init; }
}

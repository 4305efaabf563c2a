using Cluster.Contracts.Bundles;
using Cluster.Contracts.Json;
using Cluster.Contracts.Settings;
using Cluster.Domain.Configuration;

namespace Cluster.Domain.Settings;

/// <summary>How the hosts connect to LDAP servers.</summary>
internal sealed class LdapKind() : KindDefinition<LdapSettings>(Reach.Service)
{
    public override IReadOnlyList<string> RefersTo { get; } = [CertificateSettings.Kind, TrustedAuthority.Kind];

    protected override IReadOnlyList<DocumentRule<LdapSettings>> Rules { get; } =
    [
        static (ldap, _) => FieldRules.Reference(ldap.ClientCertificate, "/clientCertificate"),
        static (ldap, _) => (ldap.TrustedAuthorities ?? []).SelectMany((name, i) => FieldRules.Reference(name, $"/trustedAuthorities/{i}")),
        static (ldap, _) => Authorities(ldap),
        static (ldap, _) => FieldRules.Unique(ldap.TrustedAuthorities ?? [], "/trustedAuthorities", "authority"),
    ];

    private static IEnumerable<FieldError> Authorities(LdapSettings ldap)
    {
        if (ldap.TrustedAuthorities is { Count: 0 })
            yield return new FieldError(
                "/trustedAuthorities",
                FieldErrorCodes.Empty,
                "An empty list would trust no LDAP server; name authorities, or leave it out for all that are trusted.");
    }

    internal override NotServed WhenNotServed(Item item) => new(
        "ldap-not-applied",
        "No service on any machine that has joined applies the LDAP settings: they are kept and checked, and have no effect.",
        "Name a service of driver 'ldap-client' in the agent's local file on the hosts that use LDAP, configure the LDAP client on each "
            + "host yourself, or delete the settings.");

    protected override IEnumerable<ItemReference> ReferencesOf(LdapSettings document)
    {
        if (document.ClientCertificate is { } certificate)
            yield return ItemReference.ToClientCertificate(certificate, "/clientCertificate");
        var authorities = document.TrustedAuthorities ?? [];
        for (var i = 0; i < authorities.Count; i++)
            yield return new ItemReference(TrustedAuthority.Kind, authorities[i], $"/trustedAuthorities/{i}");
    }

    protected override IEnumerable<Need> NeedsOf(LdapSettings document, NeedContext context)
    {
        if (document.ClientCertificate is not null)
            yield return new Need(Features.LdapClientCertificate, "a client certificate for LDAP servers");
        if (document.TrustedAuthorities is not null)
            yield return new Need(Features.LdapTrustedAuthorities, "an own list of authorities for LDAP servers");
    }
}

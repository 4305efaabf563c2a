using Cluster.Contracts.Bundles;
using Cluster.Contracts.Settings;
using Cluster.Domain.Configuration;

namespace Cluster.Domain.Settings;

/// <summary>Management interfaces: where administrators reach a host by HTTPS.</summary>
internal sealed class ManagementInterfaceKind() : KindDefinition<ManagementInterface>(Reach.HostedEndpoint)
{
    protected override IReadOnlyList<DocumentRule<ManagementInterface>> Rules { get; } =
    [
        static (management, _) => FieldRules.Port(management.Port, "/port"),
        static (management, _) => FieldRules.HostName(management.Hostname, "/hostname"),
        static (management, _) => FieldRules.Reference(management.HttpsCertificate, "/httpsCertificate"),
    ];

    public override bool RestoreWhenHidden => true;

    public override IReadOnlyList<string> RefersTo { get; } = [CertificateSettings.Kind];

    // Administrators reach it, the open internet does not.
    protected override IEnumerable<ItemReference> ReferencesOf(ManagementInterface document)
    {
        yield return ItemReference.ToServerCertificate(document.HttpsCertificate, "/httpsCertificate", document.Hostname, isPublic: false);
    }

    protected override IEnumerable<Need> NeedsOf(ManagementInterface document, NeedContext context) =>
        [new Need(Features.InterfaceHttpsCertificate, "an HTTPS certificate")];

    internal override NotServed WhenNotServed(Item item) => new(
        "interface-not-hosted",
        $"No machine that has joined hosts interface '{item.Name}': its certificate is kept and checked, and presented nowhere.",
        "Name the interface under a service of driver nginx in the agent's local file on the host that serves it, or of driver files where "
        + "other software does: it writes the certificate and says so to that software. Or delete the interface.");
}

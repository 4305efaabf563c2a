using Cluster.Contracts.Bundles;
using Cluster.Contracts.Settings;
using Cluster.Domain.Configuration;

namespace Cluster.Domain.Settings;

/// <summary>Client certificates towards services that the hosts use.</summary>
internal sealed class ServiceClientKind() : KindDefinition<ServiceClient>(Reach.Service)
{
    public override bool RestoreWhenHidden => true;

    public override IReadOnlyList<string> RefersTo { get; } = [CertificateSettings.Kind];

    protected override IReadOnlyList<DocumentRule<ServiceClient>> Rules { get; } = [
        static (client, _) => FieldRules.Reference(client.Certificate, "/certificate")
    ];

    internal override NotServed WhenNotServed(Item item) => new(
        "service-client-not-applied",
        $"No service on any machine that has joined applies service client '{item.Name}': its certificate is kept and checked, and "
            + "presented nowhere.",
        "Name it in an output of a service of driver 'files' in the agent's local file on the host that uses it, install the certificate "
            + "in the client software yourself (export gives it with its key), or delete the service client.");

    protected override IEnumerable<ItemReference> ReferencesOf(ServiceClient document) =>
        [ItemReference.ToClientCertificate(document.Certificate, "/certificate")];

    protected override IEnumerable<Need> NeedsOf(ServiceClient document, NeedContext context) =>
        [new Need(Features.ServiceClientCertificate, "a client certificate for a service")];
}

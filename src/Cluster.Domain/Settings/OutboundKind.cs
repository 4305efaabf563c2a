using Cluster.Contracts.Bundles;
using Cluster.Contracts.Settings;

namespace Cluster.Domain.Settings;

/// <summary>Settings of all outgoing SMTP connections.</summary>
internal sealed class OutboundKind() : KindDefinition<OutboundSettings>(Reach.Service)
{
    protected override IReadOnlyList<DocumentRule<OutboundSettings>> Rules { get; } =
    [
        static (outbound, _) => FieldRules.Reference(outbound.Certificate, "/certificate"),
        static (outbound, _) => FieldRules.HostName(outbound.Hostname, "/hostname"),
    ];

    public override IReadOnlyList<string> RefersTo { get; } = [CertificateSettings.Kind];

    protected override IEnumerable<ItemReference> ReferencesOf(OutboundSettings document)
    {
        if (document.Certificate is { } certificate) yield return ItemReference.ToClientCertificate(certificate, "/certificate");
    }

    protected override IEnumerable<Need> NeedsOf(OutboundSettings document, NeedContext context)
    {
        if (document.Certificate is not null) yield return new Need(Features.OutboundCertificate, "a global client certificate");
        if (document.Hostname is not null) yield return new Need(Features.OutboundHostname, "a name of its own in EHLO");
    }
}

using Cluster.Contracts.Settings;

namespace Cluster.Domain.Settings;

internal static class OutboundRules
{
    public static IReadOnlyList<DocumentRule<OutboundSettings>> All { get; } =
    [
        static (outbound, _) => FieldRules.Reference(outbound.Certificate, "/certificate"),
        static (outbound, _) => FieldRules.HostName(outbound.Hostname, "/hostname"),
    ];

    public static IEnumerable<ItemReference> References(OutboundSettings outbound)
    {
        if (outbound.Certificate is { } certificate) yield return new ItemReference(Kinds.Certificates, certificate, "/certificate");
    }
}

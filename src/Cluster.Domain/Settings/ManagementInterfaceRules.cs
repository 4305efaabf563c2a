using Cluster.Contracts.Settings;

namespace Cluster.Domain.Settings;

internal static class ManagementInterfaceRules
{
    public static IReadOnlyList<DocumentRule<ManagementInterface>> All { get; } =
    [
        static (management, _) => FieldRules.Port(management.Port, "/port"),
        static (management, _) => FieldRules.HostName(management.Hostname, "/hostname"),
        static (management, _) => FieldRules.Reference(management.HttpsCertificate, "/httpsCertificate"),
    ];

    public static IEnumerable<ItemReference> References(ManagementInterface management)
    {
        yield return new ItemReference(Kinds.Certificates, management.HttpsCertificate, "/httpsCertificate");
    }
}

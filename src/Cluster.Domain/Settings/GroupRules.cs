using Cluster.Contracts.Settings;

namespace Cluster.Domain.Settings;

internal static class GroupRules
{
    public static IReadOnlyList<DocumentRule<GroupSettings>> All { get; } =
    [
        static (group, _) => FieldRules.Length(group.Description, TextLimits.Description, "/description"),
    ];
}

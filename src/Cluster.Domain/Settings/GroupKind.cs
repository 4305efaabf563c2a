using Cluster.Contracts.Settings;

namespace Cluster.Domain.Settings;

/// <summary>Groups of machines: the item that says that a group exists.</summary>
internal sealed class GroupKind() : KindDefinition<GroupSettings>(Reach.Manager)
{
    protected override IReadOnlyList<DocumentRule<GroupSettings>> Rules { get; } =
    [
        static (group, _) => FieldRules.Length(group.Description, TextLimits.Description, "/description"),
    ];
}

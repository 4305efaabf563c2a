using Cluster.Domain.Configuration;

namespace Cluster.Domain.Fleet;

/// <summary>A configuration with the fleet that gets it; the levels are merged once, when first asked for.</summary>
/// <param name="snapshot">The configuration.</param>
/// <param name="fleet">Groups and machines.</param>
public sealed class ResolvedConfiguration(ConfigurationSnapshot snapshot, FleetFacts fleet)
{
    private readonly Lazy<IReadOnlyList<MachineClass>> classes = new(() => MachineClass.Of(snapshot, fleet));

    /// <summary>Every level, as it would stand.</summary>
    public ConfigurationSnapshot Snapshot { get; } = snapshot;

    /// <summary>Groups and machines.</summary>
    public FleetFacts Fleet { get; } = fleet;

    /// <summary>The machines by what holds for them.</summary>
    public IReadOnlyList<MachineClass> Classes => classes.Value;
}

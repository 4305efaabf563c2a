namespace Cluster.Agent.Drivers.Refusals;

/// <summary>An item of a part.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Name">Its name; a singleton's is the common one.</param>
internal readonly record struct ItemName(string Kind, string Name)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Kind}/{Name}";
}

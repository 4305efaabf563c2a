using Cluster.Domain.Configuration;

namespace Cluster.Domain.Levels;

/// <summary>One item of an effective configuration: what the nearest level says, and what it overrides.</summary>
/// <param name="Item">The definition that holds.</param>
/// <param name="Overrides">The definitions of farther levels, nearest first.</param>
public sealed record EffectiveItem(Item Item, IReadOnlyList<Item> Overrides)
{
    /// <summary>Path segment, for example <c>listeners</c>.</summary>
    public string Kind => Item.Key.Kind;

    /// <summary>Name as the nearest level writes it.</summary>
    public string Name => Item.Name;
}

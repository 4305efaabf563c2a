namespace Cluster.Contracts.Paging;

/// <summary>One page of a list.</summary>
/// <typeparam name="T">Type of an item.</typeparam>
public sealed record Page<T>
{
    /// <summary>The items, in a stable order.</summary>
    public required IReadOnlyList<T> Items { get; init; }

    /// <summary>Give it as <c>pageToken</c> to get the next page; absent = this is the last one.</summary>
    public string? NextPageToken { get; init; }
}

using Cluster.Contracts.Paging;

namespace Cluster.Storage.Lists;

/// <summary>Which page of a list is wanted.</summary>
/// <param name="Size">Largest number of items, 1 to 500.</param>
/// <param name="Token">The <c>nextPageToken</c> of the page before; null or empty = the first page.</param>
public readonly record struct PageRequest(int Size, string? Token);

/// <summary>Pages of another form.</summary>
public static class PageForms
{
    /// <summary>The same page with items of another form.</summary>
    public static Page<TOther> Select<T, TOther>(this Page<T> page, Func<T, TOther> form) =>
        new() { Items = [.. page.Items.Select(form)], NextPageToken = page.NextPageToken };
}

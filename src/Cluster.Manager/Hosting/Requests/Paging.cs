using System.Buffers.Text;
using System.Text;
using Cluster.Domain.Failures;
using Cluster.Manager.Hosting.Problems;

namespace Cluster.Manager.Hosting.Requests;

/// <summary>Which page is asked for: a size and the key after which it begins.</summary>
/// <param name="Size">Most items of the page.</param>
/// <param name="After">Key of the last item of the page before; null = the first page.</param>
internal sealed record PageRequest(int Size, string? After)
{
    private const int DefaultSize = 50;
    private const int MaxSize = 500;

    /// <summary>Reads <c>pageSize</c> and <c>pageToken</c>.</summary>
    public static Outcome<PageRequest> Read(int? pageSize, string? pageToken)
    {
        if (pageSize is < 1 or > MaxSize) return CommonFailures.InvalidParameter("pageSize", $"it must be 1 to {MaxSize}.");
        if (pageToken is null) return new PageRequest(pageSize ?? DefaultSize, null);
        return Decode(pageToken) is { } key
            ? new PageRequest(pageSize ?? DefaultSize, key)
            : CommonFailures.InvalidParameter("pageToken", "send the nextPageToken of the previous page, unchanged.");
    }

    /// <summary>
    /// Makes a page of rows that were read with one row more than the page holds: the extra row says that there is another
    /// page.
    /// </summary>
    public (IReadOnlyList<T> Items, string? NextPageToken) Cut<T>(IReadOnlyList<T> rows, Func<T, string> key) =>
        rows.Count > Size ? ([.. rows.Take(Size)], Encode(key(rows[Size - 1]))) : (rows, null);

    /// <summary>Makes a page of rows in memory: sorts them by a key and takes those behind the page before.</summary>
    public (IReadOnlyList<T> Items, string? NextPageToken) Sort<T>(IEnumerable<T> unsorted, Func<T, string> keyOf)
    {
        var (rows, next) = Cut([.. new SortedRows<T>(unsorted, keyOf).After(After).Take(Size + 1)], static row => row.Key);
        return ([.. rows.Select(row => row.Row)], next);
    }

    /// <summary>The key as an id; null = the first page.</summary>
    /// <returns>A failure when the token belongs to another list.</returns>
    public Outcome<Guid?> AfterId()
    {
        if (After is null) return (Guid?)null;
        return Guid.TryParse(After, out var id)
            ? id
            : CommonFailures.InvalidParameter("pageToken", "it belongs to another list; start with the first page.");
    }

    private static string Encode(string key) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(key));

    private static string? Decode(string token)
    {
        if (token.Length > 1024 || !Base64Url.IsValid(token)) return null;
        var key = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(token));
        return key.Length > 0 && !key.Contains('\0', StringComparison.Ordinal) && !key.Contains('\uFFFD', StringComparison.Ordinal)
            ? key
            : null;
    }
}

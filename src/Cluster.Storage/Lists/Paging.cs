using System.Linq.Expressions;
using Cluster.Contracts.Paging;
using Cluster.Domain.Failures;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Storage.Lists;

/// <summary>Reads lists page by page: stable order, and a deep page costs what the first one costs.</summary>
public static class Paging
{
    /// <summary>Reads one page of rows.</summary>
    /// <returns>The page; a failure <c>invalid-page-token</c> when the token is not of this list and filter.</returns>
    public static async Task<Outcome<Page<T>>> PageAsync<T>(this IQueryable<T> rows, Keyset<T> order, PageRequest request, CancellationToken ct)
    {
        if (!string.IsNullOrEmpty(request.Token))
        {
            if (PageToken.TryRead(request.Token, order.List, order.Keys) is not { } after) return InvalidToken();
            rows = rows.Where(KeysetFilter.After<T>(order.Keys, after));
        }

        var items = await Ordered(rows, order.Keys).Take(request.Size + 1).ToListAsync(ct).ConfigureAwait(false);
        if (items.Count <= request.Size) return new Page<T> { Items = items };
        items.RemoveAt(request.Size);
        var last = order.Keys.Select(k => k.Key.Compile().DynamicInvoke(items[^1])!);
        return new Page<T> { Items = items, NextPageToken = PageToken.Write(order.List, last) };
    }

    private static Failure InvalidToken() =>
        new(FailureCategory.Invalid, "invalid-page-token", "The page token is not of this list with these filters; begin with the first page.");

    private static IQueryable<T> Ordered<T>(IQueryable<T> rows, IReadOnlyList<KeysetKey> keys)
    {
        var expression = rows.Expression;
        for (var i = 0; i < keys.Count; i++)
        {
            var method = (i == 0, keys[i].Descending) switch
            {
                (true, false) => nameof(Queryable.OrderBy),
                (true, true) => nameof(Queryable.OrderByDescending),
                (false, false) => nameof(Queryable.ThenBy),
                (false, true) => nameof(Queryable.ThenByDescending),
            };
            expression = Expression.Call(typeof(Queryable), method, [typeof(T), keys[i].Type], expression, Expression.Quote(keys[i].Key));
        }

        return rows.Provider.CreateQuery<T>(expression);
    }
}

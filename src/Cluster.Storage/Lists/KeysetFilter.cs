using System.Linq.Expressions;
using System.Reflection;
using Microsoft.EntityFrameworkCore.Query;

namespace Cluster.Storage.Lists;

/// <summary>Builds the condition "after these keys" so that a database can answer it by a range of an index.</summary>
internal static class KeysetFilter
{
    private static readonly MethodInfo CompareText = typeof(string).GetMethod(nameof(string.Compare), [typeof(string), typeof(string)])!;

    public static Expression<Func<T, bool>> After<T>(IReadOnlyList<KeysetKey> keys, IReadOnlyList<object> values)
    {
        var row = Expression.Parameter(typeof(T), "row");
        var members = keys.Select(k => ReplacingExpressionVisitor.Replace(k.Key.Parameters[0], row, k.Key.Body)).ToList();
        var condition = Beyond(members[^1], values[^1], keys[^1].Descending, orEqual: false);
        for (var i = keys.Count - 2; i >= 0; i--)
        {
            // a >= x and (a > x or the rest): the first half bounds the range of the index, which a bare "or" would hide.
            var further = Expression.OrElse(Beyond(members[i], values[i], keys[i].Descending, orEqual: false), condition);
            condition = Expression.AndAlso(Beyond(members[i], values[i], keys[i].Descending, orEqual: true), further);
        }

        return Expression.Lambda<Func<T, bool>>(condition, row);
    }

    private static BinaryExpression Beyond(Expression member, object value, bool descending, bool orEqual)
    {
        // Held in an object, so that the query is compiled once and the value becomes a parameter.
        var held = (Expression)Expression.Property(Expression.Constant(Holder.Of(value)), nameof(Holder<int>.Value));
        var (left, right) = member.Type == typeof(string)
            ? (Expression.Call(CompareText, member, held), Expression.Constant(0))
            : (member, held);
        return (descending, orEqual) switch
        {
            (false, false) => Expression.GreaterThan(left, right),
            (false, true) => Expression.GreaterThanOrEqual(left, right),
            (true, false) => Expression.LessThan(left, right),
            (true, true) => Expression.LessThanOrEqual(left, right),
        };
    }

    private static class Holder
    {
        public static object Of(object value) => Activator.CreateInstance(typeof(Holder<>).MakeGenericType(value.GetType()), value)!;
    }

    private sealed class Holder<T>(T value)
    {
        public T Value { get; } = value;
    }
}

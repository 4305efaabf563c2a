using System.Linq.Expressions;
using Cluster.Storage.Configuration;
using Cluster.Storage.Fleet;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Cluster.Storage;

/// <summary>
/// Lengths of text columns; what people write is checked where it comes in, so that no database is the first to refuse it.
/// </summary>
internal static class Lengths
{
    public const int Hash = 64;
    public const int Kind = 64;
    public const int Name = 128;
    public const int Domain = 512;
    public const int State = 32;
}

/// <summary>What several tables have in common.</summary>
internal static class TableRules
{
    /// <summary>The row belongs to a cluster and goes with it.</summary>
    public static void OfCluster<T>(this EntityTypeBuilder<T> builder, Expression<Func<T, object?>> key)
        where T : class =>
        builder.HasOne<ManagedCluster>().WithMany().HasForeignKey(key).OnDelete(DeleteBehavior.Cascade);

    /// <summary>The row belongs to a machine and goes with it.</summary>
    public static void OfMachine<T>(this EntityTypeBuilder<T> builder, Expression<Func<T, object?>> key)
        where T : class =>
        builder.HasOne<Machine>().WithMany().HasForeignKey(key).OnDelete(DeleteBehavior.Cascade);

    /// <summary>The column is changed by statements of its own only, never by saving an entity.</summary>
    public static void NeverSaved<T>(this PropertyBuilder<T> property) =>
        property.Metadata.SetAfterSaveBehavior(PropertySaveBehavior.Ignore);
}

using System.Text.Json;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Storage;

/// <summary>Names in the database: snake case, so that nobody has to quote them in either database.</summary>
internal static class SnakeCase
{
    public static void Apply(ModelBuilder model)
    {
        foreach (var entity in model.Model.GetEntityTypes())
        {
            foreach (var property in entity.GetProperties())
                property.SetColumnName(JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name));
            var table = entity.GetTableName();
            foreach (var key in entity.GetKeys()) key.SetName($"pk_{table}");
            foreach (var foreign in entity.GetForeignKeys()) foreign.SetConstraintName($"fk_{table}_{Columns(foreign.Properties)}");
            foreach (var index in entity.GetIndexes())
            {
                if (index.GetDatabaseName()?.StartsWith("ix_", StringComparison.Ordinal) != true)
                    index.SetDatabaseName($"ix_{table}_{Columns(index.Properties)}");
            }
        }
    }

    private static string Columns(IEnumerable<Microsoft.EntityFrameworkCore.Metadata.IReadOnlyProperty> properties) =>
        string.Join('_', properties.Select(p => JsonNamingPolicy.SnakeCaseLower.ConvertName(p.Name)));
}

using System.Text.Json;
using Cluster.Contracts.Json;
using Cluster.Domain.Configuration;

namespace Cluster.Domain.Diffs;

/// <summary>What happened to an item.</summary>
public enum ChangeKind
{
    /// <summary>It was not defined at this level before.</summary>
    Created,

    /// <summary>It says something else.</summary>
    Updated,

    /// <summary>It is not defined at this level any more.</summary>
    Deleted,
}

/// <summary>One item that differs.</summary>
/// <param name="Key">The item.</param>
/// <param name="Change">What happened.</param>
/// <param name="Before">Before; null = not defined.</param>
/// <param name="After">After; null = not defined.</param>
/// <param name="Fields">JSON Pointers to the members that differ; empty for created and deleted items.</param>
public sealed record ItemChange(ItemKey Key, ChangeKind Change, Item? Before, Item? After, IReadOnlyList<string> Fields)
{
    /// <summary>Name as written, after the change where there is one.</summary>
    public string Name => (After ?? Before)!.Name;
}

/// <summary>Compares two configurations item by item.</summary>
public static class ConfigurationDiff
{
    /// <summary>Returns what differs, ordered by level, kind and name.</summary>
    public static IReadOnlyList<ItemChange> Between(ConfigurationSnapshot before, ConfigurationSnapshot after) =>
        [.. before.Items.Select(i => i.Key).Union(after.Items.Select(i => i.Key))
            .Select(key => Between(key, before.Find(key), after.Find(key)))
            .OfType<ItemChange>()
            .OrderBy(change => change.Key)];

    /// <summary>Compares one item.</summary>
    /// <returns>Null when both say the same.</returns>
    public static ItemChange? Between(ItemKey key, Item? before, Item? after)
    {
        if (Item.SameContent(before, after)) return null;
        var change = (before, after) switch
        {
            (null, _) => ChangeKind.Created,
            (_, null) => ChangeKind.Deleted,
            _ => ChangeKind.Updated,
        };
        return new ItemChange(key, change, before, after, change == ChangeKind.Updated ? Fields(before!, after!) : []);
    }

    private static List<string> Fields(Item before, Item after)
    {
        if (before.Hidden || after.Hidden) return before.Hidden == after.Hidden ? ["/name"] : ["/hidden"];
        var fields = new List<string>();
        if (before.Name != after.Name) fields.Add("/name");
        Compare(before.Document.ToElement(), after.Document.ToElement(), "", fields);
        return fields;
    }

    private static void Compare(JsonElement before, JsonElement after, string pointer, List<string> fields)
    {
        if (before.ValueKind == JsonValueKind.Object && after.ValueKind == JsonValueKind.Object)
        {
            foreach (var name in before.EnumerateObject()
                .Select(p => p.Name)
                .Union(after.EnumerateObject().Select(p => p.Name))
                .Order(StringComparer.Ordinal))
            {
                var member = JsonPointer.Member(pointer, name);
                if (before.TryGetProperty(name, out var old) && after.TryGetProperty(name, out var now)) Compare(old, now, member, fields);
                else fields.Add(member);
            }
        }
        else if (before.ValueKind == JsonValueKind.Array
            && after.ValueKind == JsonValueKind.Array
            && before.GetArrayLength() == after.GetArrayLength())
        {
            for (var i = 0; i < before.GetArrayLength(); i++) Compare(before[i], after[i], $"{pointer}/{i}", fields);
        }
        else if (!JsonElement.DeepEquals(before, after))
        {
            fields.Add(pointer);
        }
    }
}

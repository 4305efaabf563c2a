using System.Text.Json.Nodes;
using Cluster.Contracts.Levels;
using Cluster.Contracts.Settings;
using Cluster.Domain.ChangeSets;
using Cluster.Domain.Configuration;
using Cluster.Manager.Features.Commits;
using Cluster.Manager.Features.Settings;
using Cluster.Manager.Hosting.Requests;

namespace Cluster.Manager.Features.TlsProtocols;

/// <summary>
/// The blocks that one level defines, ordered by name: to callers one document, to levels, diffs and merging single items.
/// </summary>
internal sealed record LevelBlocks(IReadOnlyList<Item> Items)
{
    /// <summary>An example of the document.</summary>
    public const string Example = """{"https":{"minimum":"tls1.2"},"smtpInbound":{"minimum":"tls1.0","maximum":"tls1.3"}}""";

    /// <summary>Entity tag of all of them; null = the level defines none.</summary>
    public string? Tag => Items.Count == 0 ? null : ETags.Of([.. Items.Select(ItemResponse.Tag)]);

    public static LevelBlocks At(ConfigurationSnapshot snapshot, ItemLevel level) => At(snapshot, level.Kind, level.Id);

    public static LevelBlocks At(ConfigurationSnapshot snapshot, LevelKind levelKind, Guid levelId) =>
        Ordered(snapshot.At(levelKind, levelId).Where(i => i.Key.Kind == TlsProtocolBlock.Kind && !i.Hidden));

    /// <summary>The blocks after edits of them.</summary>
    /// <param name="edits">At most one a block.</param>
    /// <param name="author">Who makes them.</param>
    /// <param name="receipt">Where they went: staged items bear another tag than committed ones.</param>
    public LevelBlocks After(IReadOnlyList<StagedEdit> edits, string author, WriteReceipt receipt)
    {
        var changed = edits.Select(e => e.ToItem(author)).OfType<Item>()
            .Select(i => receipt.ChangeSetId is null ? i with { Revision = receipt.Revision ?? 0, VersionId = Guid.Empty } : i);
        return Ordered(Items.ExceptBy(edits.Select(e => e.Key), i => i.Key).Concat(changed));
    }

    public JsonObject Show() => new(Items.Select(i => KeyValuePair.Create(i.Name, JsonNode.Parse(i.Document!.Text))));

    private static LevelBlocks Ordered(IEnumerable<Item> items) => new([.. items.OrderBy(i => i.Key.Name, StringComparer.Ordinal)]);
}

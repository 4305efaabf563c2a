using System.Text;
using Cluster.Contracts.Rest;
using Cluster.Contracts.Settings;
using Cluster.Domain.Configuration;
using Cluster.Domain.Settings;
using Cluster.Manager.Features.Settings;
using Cluster.Manager.Hosting.Requests;

namespace Cluster.Manager.Features.SenderGroups;

/// <summary>The text of a listener's sender groups as an answer.</summary>
internal static class SenderGroupsText
{
    /// <summary>What an answer declares.</summary>
    public const string MediaType = $"{MediaTypes.Text}; charset=utf-8";

    /// <summary>Entity tag of the text: another one than that of the listener as JSON; null = the level defines no listener.</summary>
    public static string? Tag(Item? item) => ItemResponse.Tag(item) is { } tag ? ETags.Of(tag, MediaTypes.Text) : null;

    /// <summary>Answers with the text of a listener that is not hidden.</summary>
    public static IResult Answer(Item item) =>
        Results.Text(HostAccessText.Write(item.Document!.Read<Listener>()), MediaTypes.Text, Encoding.UTF8);
}

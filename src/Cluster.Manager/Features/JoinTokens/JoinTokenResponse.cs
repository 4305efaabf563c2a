using System.Text.Json;
using Cluster.Contracts.Json;
using Cluster.Contracts.JoinTokens;
using Cluster.Manager.Hosting.Requests;
using Cluster.Storage;
using Cluster.Storage.Fleet;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.JoinTokens;

/// <summary>How join tokens are shown.</summary>
internal static class JoinTokenResponse
{
    /// <summary>Example of what is asked for.</summary>
    public const string CreateExample = """{"group":"main","ttl":"1h","uses":1}""";

    public static Task<Dictionary<Guid, string>> GroupNamesAsync(ClusterDbContext db, Guid cluster, CancellationToken ct) =>
        db.Groups.Where(g => g.ClusterId == cluster).ToDictionaryAsync(g => g.Id, g => g.Name, ct);

    /// <summary>Shows a token without its secret.</summary>
    public static JoinTokenShape Show(JoinToken token, Dictionary<Guid, string> groups) => new()
    {
        Id = token.Id,
        ExpiresAt = token.ExpiresAt,
        Group = token.GroupId is { } group ? groups.GetValueOrDefault(group) : null,
        Machine = token.MachineName,
        Restore = token.RestoreMachineId,
        Uses = token.Uses,
        Used = token.Used,
        Approve = token.Approve,
        From = JsonSerializer.Deserialize(token.From, RestJson.Default.IReadOnlyListString) ?? [],
        Author = token.Author,
        CreatedAt = token.CreatedAt,
    };

    /// <summary>Entity tag of a token.</summary>
    public static string Tag(JoinToken token) => ETags.Of("join-token", token.Id);
}

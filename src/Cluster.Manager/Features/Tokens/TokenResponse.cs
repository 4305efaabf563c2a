using Cluster.Contracts.Access;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.Requests;
using Cluster.Storage;
using Cluster.Storage.Access;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Tokens;

/// <summary>How tokens are shown.</summary>
internal static class TokenResponse
{
    public const string Example = """{"id":"019ab7f2-0c3e-7d4a-9a51-3f0f3f4f5a6b","name":"ci","grants":[{"cluster":"mail","role":"operator"}],"createdAt":"2026-11-24T08:00:00Z","expiresAt":"2027-02-22T08:00:00Z"}""";

    /// <summary>Example of what is asked for.</summary>
    public const string CreateExample = """{"name":"ci","grants":[{"cluster":"mail","role":"operator"}],"ttl":"90d"}""";

    /// <summary>Names of clusters by id, for grants.</summary>
    public static Task<Dictionary<Guid, string>> NamesAsync(ClusterDbContext db, CancellationToken ct) =>
        db.Clusters.ToDictionaryAsync(c => c.Id, c => c.Name, ct);

    /// <summary>Shows a token; grants in clusters that are gone are left out.</summary>
    public static TokenShape Show(ApiToken token, Dictionary<Guid, string> names, string? secret = null) => new()
    {
        Id = token.Id,
        Name = token.Name,
        Grants = [
            .. StoredGrants.Read(token.Grants).Where(g => g.Cluster is not { } id || names.ContainsKey(id)).Select(g => Show(g, names))
        ],
        ExpiresAt = token.ExpiresAt,
        LastUsed = token.LastUsed,
        CreatedAt = token.CreatedAt,
        Token = secret,
    };

    /// <summary>Entity tag of a token.</summary>
    public static string Tag(ApiToken token) => ETags.Of("token", token.Id, token.Name, token.Grants);

    private static Grant Show(ClusterGrant grant, Dictionary<Guid, string> names) => new()
    {
        Cluster = grant.Cluster is { } id ? names[id] : TokenGrants.All,
        Role = grant.Role,
        ExportKeys = grant.ExportKeys,
    };
}

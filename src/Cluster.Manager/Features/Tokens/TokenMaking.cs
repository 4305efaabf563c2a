using Cluster.Manager.Hosting.Access;
using Cluster.Storage;
using Cluster.Storage.Access;

namespace Cluster.Manager.Features.Tokens;

internal sealed class TokenMaking(TimeProvider clock)
{
    /// <summary>Name of the token that the first start makes.</summary>
    public const string FirstName = "admin";

    /// <summary>Adds a token to the caller's unit of work.</summary>
    /// <returns>The row and the secret, which is nowhere else.</returns>
    public (ApiToken Row, string Secret) Add(
        ClusterDbContext db, string name, IReadOnlyList<ClusterGrant> grants, DateTimeOffset? expiresAt)
    {
        var secret = SecretToken.Make(SecretToken.ApiPrefix);
        return (Add(db, name, grants, expiresAt, secret), secret);
    }

    /// <summary>Adds a token whose secret is durable elsewhere already.</summary>
    public ApiToken Add(ClusterDbContext db, string name, IReadOnlyList<ClusterGrant> grants, DateTimeOffset? expiresAt, string secret)
    {
        var now = clock.GetUtcNow();
        var row = new ApiToken
        {
            Id = Guid.CreateVersion7(now),
            Name = name,
            TokenHash = SecretToken.Hash(secret),
            Grants = StoredGrants.Write(grants),
            CreatedAt = now,
            ExpiresAt = expiresAt,
        };
        db.ApiTokens.Add(row);
        return row;
    }
}

using System.Security.Claims;
using System.Text.Encodings.Web;
using Cluster.Storage.Units;
using Microsoft.AspNetCore.Authentication;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Cluster.Manager.Hosting.Access;

/// <summary>Authenticates <c>Authorization: Bearer cluster_…</c> against the hashes in the database (RFC 6750).</summary>
internal sealed class BearerHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory logger,
    UrlEncoder encoder,
    ClusterDatabase database,
    LastUse lastUse) : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "Bearer";

    /// <inheritdoc/>
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        if (header.Length == 0) return AuthenticateResult.NoResult();
        if (!header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)) return AuthenticateResult.Fail("unknown scheme");
        var token = header[7..].Trim();
        if (token.Length > 200 || !token.StartsWith(SecretToken.ApiPrefix, StringComparison.Ordinal))
        {
            return AuthenticateResult.Fail("not a token");
        }

        var hash = SecretToken.Hash(token);
        var row =
            await database.ReadAsync((db, ct) => db.ApiTokens.SingleOrDefaultAsync(t => t.TokenHash == hash, ct), Context.RequestAborted);
        var now = TimeProvider.GetUtcNow();
        if (row is null || row.RevokedAt is not null || row.ExpiresAt <= now)
        {
            return AuthenticateResult.Fail("unknown, expired or withdrawn");
        }

        Context.Features.Set(new Caller(row.Id, row.Name, StoredGrants.Read(row.Grants), row.ExpiresAt));
        lastUse.Note(row.Id, now);
        var identity = new ClaimsIdentity(
            [new Claim(ClaimTypes.Name, row.Name), new Claim(ClaimTypes.NameIdentifier, row.Id.ToString())], SchemeName);
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), SchemeName));
    }
}

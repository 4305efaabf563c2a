using Cluster.Contracts.Access;
using Cluster.Contracts.Json;
using Cluster.Contracts.Time;
using Cluster.Domain.Failures;
using Cluster.Domain.Settings;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;
using Cluster.Storage.Audit;

namespace Cluster.Manager.Features.Tokens;

/// <summary>Makes a token; it is shown once.</summary>
internal static class CreateToken
{
    private static readonly TimeSpan DefaultLife = TimeSpan.FromDays(90);
    private static readonly TimeSpan LongestLife = TimeSpan.FromDays(3650);

    public static void Map(IEndpointRouteBuilder tokens) => tokens.MapPost("", HandleAsync)
        .RequireAuthorization(Policies.Admin)
        .Operation(
            "createToken",
            "Makes a token that gives no more than the caller's own; it is shown once.",
            "The grants must not exceed those of the caller. The answer holds the secret; it cannot be shown again.")
        .Body<TokenCreate>(TokenResponse.CreateExample)
        .Returns<TokenShape>(StatusCodes.Status201Created, TokenResponse.Example);

    private static async Task<IResult> HandleAsync(
        HttpContext context, UnitRunner units, TokenMaking making, AuditTrail audit, TimeProvider clock)
    {
        var body = await context.ReadAsync(RestJson.Default.TokenCreate);
        if (!body.Succeeded) return Problem.Of(body.Failure);
        var expiresAt = Check(body.Value, context.Caller(), clock.GetUtcNow());
        if (!expiresAt.Succeeded) return Problem.Of(expiresAt.Failure);

        var made = await units.WriteAsync(context, async (db, request, ct) =>
        {
            var grants = (await TokenGrants.ResolveAsync(db, request.Caller, body.Value.Grants, ct)).OrRefuse();
            var (row, secret) = making.Add(db, body.Value.Name, grants, expiresAt.Value);
            await audit.AppendAsync(db, request.AuditInstallation("token.create", $"tokens/{row.Id}"), ct);
            // The secret of a dry run opens nothing, so it is not shown.
            return TokenResponse.Show(row, await TokenResponse.NamesAsync(db, ct), request.DryRun ? null : secret);
        });
        return made.Match(t => JsonReplies.Created(context, $"/api/v1/tokens/{t.Id}", t, RestJson.Default.TokenShape));
    }

    private static Outcome<DateTimeOffset> Check(TokenCreate asked, Caller caller, DateTimeOffset now)
    {
        var errors = new List<FieldError>();
        if (asked.Name.Trim().Length is 0 || asked.Name.Length > 64 || asked.Name.Any(char.IsControl))
            errors.Add(new FieldError("/name", FieldErrorCodes.Name, "Give a name of 1 to 64 characters without control characters."));
        var life = DurationRules.Read(asked.Ttl, TimeSpan.FromSeconds(1), LongestLife, "/ttl", errors) ?? DefaultLife;
        if (errors.Count > 0) return CommonFailures.Invalid(errors);
        var expiresAt = now + life;
        if (caller.ExpiresAt is not { } own || expiresAt <= own) return expiresAt;
        return asked.Ttl is null
            ? own
            : CommonFailures.Invalid(
                "/ttl",
                FieldErrorCodes.ExceedsOwn,
                $"The calling token expires at {own.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}; ask for an earlier expiry.");
    }
}

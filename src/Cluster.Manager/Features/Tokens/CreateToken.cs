using Cluster.Contracts.Access;
using Cluster.Contracts.Json;
using Cluster.Contracts.Time;
using Cluster.Domain.Failures;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Storage.Audit;
using Cluster.Storage.Units;

namespace Cluster.Manager.Features.Tokens;

/// <summary>Makes a token; it is shown once.</summary>
internal static class CreateToken
{
    private static readonly TimeSpan DefaultLife = TimeSpan.FromDays(90);
    private static readonly TimeSpan LongestLife = TimeSpan.FromDays(3650);

    public static void Map(IEndpointRouteBuilder tokens) => tokens.MapPost("", HandleAsync)
        .RequireAuthorization(Policies.Admin)
        .Operation("createToken", "Makes a token that gives no more than the caller's own; it is shown once.")
        .Body<TokenCreate>(TokenResponse.CreateExample)
        .Returns<TokenShape>(StatusCodes.Status201Created, TokenResponse.Example);

    private static async Task<IResult> HandleAsync(HttpContext context, ClusterDatabase database, TokenMaking making, AuditTrail audit, TimeProvider clock)
    {
        var body = await context.ReadAsync(RestJson.Default.TokenCreate);
        if (!body.Succeeded) return Problem.Of(body.Failure);
        var expiresAt = Check(body.Value, context.Caller(), clock.GetUtcNow());
        if (!expiresAt.Succeeded) return Problem.Of(expiresAt.Failure);

        var made = await database.WriteAsync<Outcome<TokenShape>>(
            null,
            async (db, ct) =>
            {
                var grants = await TokenGrants.ResolveAsync(db, context.Caller(), body.Value.Grants, ct);
                if (!grants.Succeeded) return grants.Failure;
                var (row, secret) = making.Add(db, body.Value.Name, grants.Value, expiresAt.Value);
                await audit.AppendAsync(db, context.AuditInstallation("token.create", $"tokens/{row.Id}"), ct);
                if (context.IsDryRun()) db.Unit.RollBack();
                return TokenResponse.Show(row, await TokenResponse.NamesAsync(db, ct), context.IsDryRun() ? null : secret);
            },
            context.RequestAborted);
        return made.Match(t => Answers.Created(context, $"/api/v1/tokens/{t.Id}", t, RestJson.Default.TokenShape));
    }

    private static Outcome<DateTimeOffset> Check(TokenCreate asked, Caller caller, DateTimeOffset now)
    {
        var errors = new List<FieldError>();
        if (asked.Name.Trim().Length is 0 || asked.Name.Length > 64 || asked.Name.Any(char.IsControl)) errors.Add(new FieldError("/name", "name", "Give a name of 1 to 64 characters without control characters."));
        var life = DefaultLife;
        if (asked.Ttl is { } ttl && (!DurationText.TryParse(ttl, out life) || life <= TimeSpan.Zero || life > LongestLife)) errors.Add(new FieldError("/ttl", "duration", "Give a duration of 1s to 3650d, for example 90d."));
        if (errors.Count > 0) return CommonFailures.Invalid(errors);
        var expiresAt = now + life;
        if (caller.ExpiresAt is not { } own || expiresAt <= own) return expiresAt;
        return asked.Ttl is null ? own : CommonFailures.Invalid("/ttl", "exceeds-own", $"The token that asks ends at {own.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}; ask for a shorter life.");
    }
}

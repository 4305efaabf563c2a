using Cluster.Contracts.ChangeSets;
using Cluster.Contracts.Json;
using Cluster.Domain.Settings;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;
using Cluster.Storage;
using Cluster.Storage.Audit;
using Cluster.Storage.Configuration;

namespace Cluster.Manager.Features.ChangeSets;

internal static class OpenChangeSet
{
    public static void Map(IEndpointRouteBuilder changeSets) => changeSets.MapPost("", HandleAsync)
        .RequireAuthorization(Policies.Operator)
        .Operation(
            "openChangeSet",
            "Opens a change set; send its id as Change-Set with the writes that belong to it.",
            "Nothing is locked: conflicts with other commits are found when the change set is committed.")
        .Body<ChangeSetWrite>("""{"description":"renew mx"}""")
        .Returns<ChangeSetShape>(StatusCodes.Status201Created, ChangeSetResponse.Example);

    private static async Task<IResult> HandleAsync(HttpContext context, UnitRunner units, AuditTrail audit, TimeProvider clock)
    {
        var body = await context.ReadOptionalAsync(RestJson.Default.ChangeSetWrite);
        if (!body.Succeeded) return Problem.Of(body.Failure);
        var description = body.Value?.Description ?? "";
        if (description.Length > TextLimits.Description)
            return Problem.Of(
                CommonFailures.Invalid(
                    "/description", FieldErrorCodes.Length, $"A description has at most {TextLimits.Description} characters."));

        var opened = await units.WriteAsync(context, async (db, request, ct) =>
        {
            var now = Instants.Cut(clock.GetUtcNow());
            var record = new ChangeSetRecord
            {
                Id = Guid.CreateVersion7(now),
                ClusterId = request.ClusterId,
                State = ChangeSetState.Open,
                Author = request.Author,
                Description = description,
                CreatedAt = now,
            };
            db.ChangeSets.Add(record);
            await audit.AppendAsync(db, request.Audit("change-set.open", $"change-sets/{record.Id}"), ct);
            return record;
        });
        return opened.Match(r => JsonReplies.Created(
            context,
            $"/api/v1/clusters/{context.Cluster().Name}/change-sets/{r.Id}",
            ChangeSetResponse.Show(r, 0),
            RestJson.Default.ChangeSetShape,
            ChangeSetResponse.Tag(r)));
    }
}

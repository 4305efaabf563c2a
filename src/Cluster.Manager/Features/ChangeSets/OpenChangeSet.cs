using Cluster.Contracts.ChangeSets;
using Cluster.Domain.Failures;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Storage;
using Cluster.Storage.Audit;
using Cluster.Storage.Configuration;
using Cluster.Storage.Units;

namespace Cluster.Manager.Features.ChangeSets;

/// <summary>Opens a change set.</summary>
internal static class OpenChangeSet
{
    private const int LongestDescription = 2000;

    public static void Map(IEndpointRouteBuilder changeSets) => changeSets.MapPost("", HandleAsync)
        .RequireAuthorization(Policies.Operator)
        .Operation("openChangeSet", "Opens a change set; send its id as Change-Set with the writes that belong to it.")
        .Body<ChangeSetWrite>("""{"description":"renew mx"}""")
        .Returns<ChangeSetShape>(StatusCodes.Status201Created, ChangeSetResponse.Example);

    private static async Task<IResult> HandleAsync(HttpContext context, ClusterDatabase database, AuditTrail audit, TimeProvider clock)
    {
        var body = await context.ReadOptionalAsync(ChangeSetsJson.Default.ChangeSetWrite);
        if (!body.Succeeded) return Problem.Of(body.Failure);
        var description = body.Value?.Description ?? string.Empty;
        if (description.Length > LongestDescription) return Problem.Of(CommonFailures.Invalid("/description", "length", $"A description has at most {LongestDescription} characters."));

        var (clusterId, clusterName) = context.Cluster();
        var now = Instants.Cut(clock.GetUtcNow());
        var opened = await database.WriteAsync(clusterId, async (db, ct) =>
        {
            if (context.IsDryRun()) db.Unit.RollBack();
            var record = new ChangeSetRecord
            {
                Id = Guid.CreateVersion7(now), ClusterId = clusterId, Status = ChangeSetStatus.Open, Author = context.Caller().Name, Description = description, CreatedAt = now,
            };
            db.ChangeSets.Add(record);
            await audit.AppendAsync(db, new AuditEntry(clusterId, record.Author, "change-set.open", $"change-sets/{record.Id}") { TraceId = Problem.TraceIdOf(context) }, ct);
            return Outcome.Of(record);
        }, context.RequestAborted);
        return opened.Match(r => Answers.Created(
            context, $"/api/v1/clusters/{clusterName}/change-sets/{r.Id}", ChangeSetResponse.Show(r, 0), ChangeSetsJson.Default.ChangeSetShape, ChangeSetResponse.Tag(r)));
    }
}

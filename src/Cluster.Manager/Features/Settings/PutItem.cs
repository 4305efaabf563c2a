using Cluster.Contracts.Settings;
using Cluster.Domain.ChangeSets;
using Cluster.Domain.Failures;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;

namespace Cluster.Manager.Features.Settings;

/// <summary>Creates or replaces what one level defines, or hides a named object there.</summary>
internal static class PutItem
{
    public static void Map(IEndpointRouteBuilder settings, SettingsKind kind)
    {
        var endpoint = settings
            .MapPut(kind.Path, (HttpContext context, SettingWrite writes, TimeProvider clock) => HandleAsync(context, writes, clock, kind))
            .RequireAuthorization(Policies.Operator)
            .Operation($"put{kind.Singular}", $"Creates or replaces the {kind.Words} at one level.", "Commits at once with rollout all; with Change-Set it is staged. A document {\"hidden\": true} hides a named object at group or machine level.")
            .LevelAndAcknowledge()
            .Stageable();
        kind.Body(endpoint);
        kind.Returns(endpoint);
        kind.Returns(endpoint, StatusCodes.Status201Created);
    }

    private static async Task<IResult> HandleAsync(HttpContext context, SettingWrite writes, TimeProvider clock, SettingsKind kind)
    {
        var body = await context.ReadJsonAsync("application/json");
        if (!body.Succeeded) return Problem.Of(body.Failure);
        var written = await writes.RunAsync(context, kind, "put", (target, _) =>
        {
            var edit = ItemBody.ToEdit(kind, target.Name, target.Level, body.Value, clock.GetUtcNow());
            if (!edit.Succeeded) return Task.FromResult<Outcome<IReadOnlyList<StagedEdit>>>(edit.Failure);
            return Task.FromResult(Outcome.Of<IReadOnlyList<StagedEdit>>([edit.Value]));
        });
        return written.Match(w => ItemResponse.Written(context, kind, w.Item!, w.Created, w.Outcome));
    }
}

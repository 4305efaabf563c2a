using Cluster.Domain.ChangeSets;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;

namespace Cluster.Manager.Features.Settings;

/// <summary>Creates or replaces what one level defines, or hides a named object there.</summary>
internal static class PutItem
{
    private const string Description =
        "Commits at once with rollout all; with Change-Set it is staged. A document {\"hidden\": true} hides a named object at group "
        + "or machine level. "
        + "What GET answered can be sent back: members that are computed are taken when they are unchanged.";

    public static void Map(IEndpointRouteBuilder settings, SettingsKind kind)
    {
        var endpoint = settings
            .MapPut(kind.Path, (HttpContext context, UnitRunner units, SettingWrite write) => HandleAsync(context, units, write, kind))
            .RequireAuthorization(Policies.Operator)
            .Operation($"put{kind.Singular}", $"Creates or replaces the {kind.Words} at one level.", Description)
            .LevelAndAcknowledge()
            .Stageable();
        kind.Body(endpoint);
        kind.Returns(endpoint);
        kind.Returns(endpoint, StatusCodes.Status201Created);
    }

    /// <summary>The whole operation, for every kind.</summary>
    public static async Task<IResult> HandleAsync(HttpContext context, UnitRunner units, SettingWrite write, SettingsKind kind)
    {
        var body = await context.ReadJsonAsync("application/json");
        if (!body.Succeeded) return Problem.Of(body.Failure);
        var written = await units.WriteAsync(context, async (db, request, ct) =>
        {
            var target = await write.OpenAsync(db, request, kind, kind.NameOf(context), ct);
            var edit = await write.ToEditAsync(target, body.Value, ct);
            if (target.Current is null && edit.Kind == EditKind.Put) target.Hook.RefuseCreation(target.Name).OrRefuse();
            return await write.StoreAsync(target, "put", [edit], ct);
        });
        return await write.AnswerAsync(context, written);
    }
}

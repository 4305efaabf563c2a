using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;

namespace Cluster.Manager.Features.Settings;

/// <summary>Defines at another level what this level defines, and removes it here, in one revision.</summary>
internal static class MoveItem
{
    public static void Map(IEndpointRouteBuilder settings, SettingsKind kind)
    {
        var endpoint = settings
            .MapPost($"{kind.Path}/move", (HttpContext context, SettingWrite writes) => Relocation.HandleAsync(context, writes, kind, "move", remove: true))
            .RequireAuthorization(Policies.Operator)
            .Operation($"move{kind.Singular}", $"Moves the {kind.Words} of one level to another one.")
            .Body<RelocationRequest>(Relocation.Example)
            .LevelAndAcknowledge()
            .Stageable();
        kind.Returns(endpoint);
        kind.Returns(endpoint, StatusCodes.Status201Created);
    }
}

using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;

namespace Cluster.Manager.Features.Settings;

/// <summary>Defines at another level what this level defines.</summary>
internal static class CopyItem
{
    public static void Map(IEndpointRouteBuilder settings, SettingsKind kind)
    {
        var endpoint = settings
            .MapPost($"{kind.Path}/copy", (HttpContext context, SettingWrite writes) => Relocation.HandleAsync(context, writes, kind, "copy", remove: false))
            .RequireAuthorization(Policies.Operator)
            .Operation($"copy{kind.Singular}", $"Copies the {kind.Words} of one level to another one.")
            .Body<RelocationRequest>(Relocation.Example)
            .LevelAndAcknowledge()
            .Stageable();
        kind.Returns(endpoint);
        kind.Returns(endpoint, StatusCodes.Status201Created);
    }
}

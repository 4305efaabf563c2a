using Cluster.Contracts.Groups;
using Cluster.Contracts.Json;
using Cluster.Contracts.Settings;
using Cluster.Domain.Configuration;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;

namespace Cluster.Manager.Features.Groups;

/// <summary>Makes a group, or replaces what it says of itself.</summary>
internal static class PutGroup
{
    public static void Map(IEndpointRouteBuilder groups) => groups.MapPut("/{g}", HandleAsync)
        .RequireAuthorization(Policies.Operator)
        .Stageable()
        .Operation(
            "putGroup",
            "Makes a group, or replaces what it says of itself.",
            "Commits at once; with Change-Set it is staged. A name in the body renames the group at once. What GET answered can be "
                + "sent back: members that are computed are taken when they are unchanged.")
        .Body<GroupWrite>("""{"description":"MX hosts"}""")
        .Returns<GroupShape>(example: KnownGroup.Example)
        .Returns<GroupShape>(StatusCodes.Status201Created);

    private static async Task<IResult> HandleAsync(HttpContext context, UnitRunner units, GroupWriter writer, string g)
    {
        var body = await context.ReadJsonAsync("application/json");
        if (!body.Succeeded) return Problem.Of(body.Failure);
        if (ItemNames.Check(GroupSettings.Kind, g, "/name") is { } error)
            return Problem.Of(CommonFailures.InvalidParameter("g", error.Detail));
        var written = await units.WriteAsync(context, async (db, request, ct) =>
        {
            var target = await writer.OpenAsync(db, request, g, ct);
            var asked = target.Read(body.Value);
            return await writer.StoreAsync(target, asked, ct);
        });
        return written.Match(w => w.Answer(context));
    }
}

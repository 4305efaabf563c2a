using Cluster.Contracts.Json;
using Cluster.Contracts.Machines;
using Cluster.Manager.Features.Enrollment;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;

namespace Cluster.Manager.Features.Machines;

/// <summary>Has a machine put back what stood before the join for settings that no level defines any more.</summary>
internal static class UnmanageMachine
{
    public static void Map(IEndpointRouteBuilder machines) => machines.MapPost("/{m}/unmanage", HandleAsync)
        .RequireAuthorization(Policies.Operator)
        .Operation("unmanageMachine", "Has the machine put back what stood before the join for settings that no level defines any more.")
        .Body<MachineUnmanage>("""{"service":"postfix"}""")
        .Returns<MachineShape>();

    private static async Task<IResult> HandleAsync(HttpContext context, MachineActions actions, string m)
    {
        var body = await context.ReadOptionalAsync(RestJson.Default.MachineUnmanage);
        return body.Succeeded
            ? await actions.RunAsync(context, m, "unmanage", (_, machine, _) => Task.FromResult(MachineLife.Unmanage(machine, body.Value?.Service ?? string.Empty)))
            : Problem.Of(body.Failure);
    }
}

using Cluster.Contracts.Json;
using Cluster.Contracts.Machines;
using Cluster.Manager.Features.Fleet;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;

namespace Cluster.Manager.Features.Machines;

/// <summary>Has a machine restore what stood before the join for settings that no level defines any more.</summary>
internal static class UnmanageMachine
{
    public static void Map(IEndpointRouteBuilder machines) => machines.MapPost("/{m}/unmanage", HandleAsync)
        .RequireAuthorization(Policies.Operator)
        .Operation(
            "unmanageMachine",
            "Has the machine restore what stood before the join for settings that no level defines any more.",
            "Only for settings that no level defines any more. The host reports the outcome in its status.")
        .Body<MachineUnmanage>("""{"service":"postfix"}""")
        .Returns<MachineShape>();

    private static async Task<IResult> HandleAsync(HttpContext context, MachineActions actions, string m)
    {
        var body = await context.ReadOptionalAsync(RestJson.Default.MachineUnmanage);
        if (!body.Succeeded) return Problem.Of(body.Failure);
        var service = body.Value?.Service;
        if (service is not null && !Announcements.IsName(service))
            return Problem.Of(
                CommonFailures.Invalid(
                    "/service", FieldErrorCodes.InvalidName, "It is the name of a service, as the machine shows it; absent = all."));
        return await actions.RunAsync(
            context, m, "unmanage", (_, _, machine, _) => Task.FromResult(MachineLife.Unmanage(machine, service ?? "")));
    }
}

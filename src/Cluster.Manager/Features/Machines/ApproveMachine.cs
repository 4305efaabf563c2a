using Cluster.Contracts.Json;
using Cluster.Contracts.Machines;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;

namespace Cluster.Manager.Features.Machines;

/// <summary>Approves the key of a machine that waits for it, or releases one from quarantine.</summary>
internal static class ApproveMachine
{
    public static void Map(IEndpointRouteBuilder machines) => machines.MapPost("/{m}/approve", HandleAsync)
        .RequireAuthorization(Policies.Admin)
        .Operation(
            "approveMachine",
            "Approves the key of a pending machine, or releases a quarantined one.",
            "Compare publicKeySha256 with what 'cluster-agent status' shows on the host.")
        .Body<MachineApproval>("""{"publicKeySha256":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}""")
        .Returns<MachineShape>();

    private static async Task<IResult> HandleAsync(HttpContext context, MachineActions actions, string m)
    {
        var body = await context.ReadAsync(RestJson.Default.MachineApproval);
        return body.Succeeded
            ? await actions.RunAsync(
                context, m, "approve", (life, db, machine, ct) => life.ApproveAsync(db, machine, body.Value.PublicKeySha256, ct))
            : Problem.Of(body.Failure);
    }
}

using Cluster.Agent.Link;
using Cluster.Agent.Session;
using Cluster.Agent.State;
using Cluster.Agent.Trust;
using Cluster.Contracts.Problems;
using Cluster.Protocol.V1;
using Grpc.Core;
using Grpc.Net.Client;

namespace Cluster.Agent.Enrollment;

/// <summary>Tells a manager that the host leaves.</summary>
internal static class Leaving
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Tells it over a channel that carries the identity. A manager that already counts the host as departed has been told.
    /// </summary>
    public static async Task<LeaveReply> TellAsync(GrpcChannel channel, string address, TimeProvider clock, CancellationToken ct)
    {
        try
        {
            var client = new Protocol.V1.Enrollment.EnrollmentClient(channel);
            await client.LeaveAsync(new LeaveRequest(), deadline: (clock.GetUtcNow() + Patience).UtcDateTime, cancellationToken: ct);
            return new LeaveReply(true, "");
        }
        catch (RpcException e)
        {
            var failure = EnrollmentFailure.Of(e, address);
            return failure.Code == ProblemCodes.MachineDeparted
                ? new LeaveReply(true, "")
                : new LeaveReply(false, failure.Message, failure.Refused);
        }
    }

    /// <summary>Tells any manager of the trust set, one after the other, over channels of its own.</summary>
    public static async Task<LeaveReply> TellAnyAsync(Identity identity, TrustedSet trust, TimeProvider clock, CancellationToken ct)
    {
        var last = new LeaveReply(false, "The trust set names no manager.");
        foreach (var address in trust.Content.ManagerAddresses.Append(identity.JoinedAt).Distinct(StringComparer.OrdinalIgnoreCase))
        {
            using var channel = ManagerChannel.Open(
                address,
                trust.Content.Roots.Select(r => r.Memory),
                trust.Content.Issuers.Select(i => i.Memory),
                clock.GetUtcNow(),
                identity);
            last = await TellAsync(channel, address, clock, ct);
            if (last.Told) return last;
        }

        return last;
    }
}

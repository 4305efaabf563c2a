using Cluster.Agent.Programs;
using Cluster.Agent.Session;
using Cluster.Pki.Certificates;
using Cluster.Protocol.V1;
using Grpc.Core;

namespace Cluster.Agent.Enrollment;

/// <summary>
/// Asks a manager, over a connection that proves nothing, for its root, and compares it with the pin; nothing of the host is
/// sent.
/// </summary>
internal static class ControlRoot
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>The root's DER if its public key is the pinned one.</summary>
    public static async Task<(byte[]? Root, EnrollmentFailure? Failure)> FetchAsync(
        string address, string pin, TimeProvider clock, CancellationToken ct)
    {
        using var channel = ManagerChannel.OpenUnverified(address);
        try
        {
            var client = new Protocol.V1.Enrollment.EnrollmentClient(channel);
            var answer =
                await client.RootAsync(new RootRequest(), deadline: (clock.GetUtcNow() + Patience).UtcDateTime, cancellationToken: ct);
            var root = CertificateInfo.TryRead(answer.RootCertificate.Span);
            if (root is null || root.PublicKeySha256 != pin)
            {
                return (
                    null,
                    new EnrollmentFailure(
                        ExitCodes.VerificationFailed,
                        $"The root of the manager at {address} is not the pinned one (it has "
                            + $"sha256:{root?.PublicKeySha256 ?? "nothing readable"}). The token was not sent."));
            }

            return (answer.RootCertificate.ToByteArray(), null);
        }
        catch (RpcException e)
        {
            return (null, EnrollmentFailure.Of(e, address));
        }
    }
}

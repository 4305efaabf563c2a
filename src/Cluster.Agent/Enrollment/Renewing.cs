using Cluster.Agent.Programs;
using Cluster.Agent.Session;
using Cluster.Agent.State;
using Cluster.Agent.Trust;
using Cluster.Pki.Keys;
using Cluster.Pki.Requests;
using Cluster.Protocol;
using Cluster.Protocol.V1;
using Google.Protobuf;
using Google.Protobuf.Collections;
using Grpc.Core;
using Grpc.Net.Client;

namespace Cluster.Agent.Enrollment;

/// <summary>Gets the next generation of an identity: by the identity itself, or, when it has expired, by a signature of its key.</summary>
internal sealed class Renewing(IdentityStore identities, TimeProvider clock)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Asks over a channel that carries the identity; nothing but the pending key is stored.</summary>
    public async Task<EnrollmentResult> RenewAsync(GrpcChannel channel, Identity identity, string address, CancellationToken ct)
    {
        var pending = identities.KeyFor(PurposeOf(identity));
        using var key = PrivateKeyMaterial.TryReadPkcs8(pending.Key) ?? throw new DamagedStateException("The pending key cannot be read.");
        try
        {
            var client = new Protocol.V1.Enrollment.EnrollmentClient(channel);
            var request = new RenewRequest { CertificateRequest = RequestFor(key, identity) };
            var answer = await client.RenewAsync(request, deadline: Deadline, cancellationToken: ct);
            return Check(identity, pending, key, answer.Generation, answer.CertificateChain);
        }
        catch (RpcException e)
        {
            return EnrollmentFailure.Of(e, address);
        }
    }

    /// <summary>Asks without a client certificate, by signing the manager's challenge with the expired identity's key.</summary>
    public async Task<EnrollmentResult> RecoverAsync(
        string address, TrustedSet trust, Identity identity, DateTimeOffset managerTime, CancellationToken ct)
    {
        var pending = identities.KeyFor(PurposeOf(identity));
        using var key = PrivateKeyMaterial.TryReadPkcs8(pending.Key) ?? throw new DamagedStateException("The pending key cannot be read.");
        using var last =
            PrivateKeyMaterial.TryReadPkcs8(identity.Key) ?? throw new DamagedStateException("The identity's key cannot be read.");
        using var channel = ManagerChannel.Open(
            address, trust.Content.Roots.Select(r => r.Memory), trust.Content.Issuers.Select(i => i.Memory), managerTime, identity: null);
        try
        {
            var client = new Protocol.V1.Enrollment.EnrollmentClient(channel);
            var begun = await client.BeginRecoveryAsync(new BeginRecoveryRequest(), deadline: Deadline, cancellationToken: ct);
            var signed = SignedBytes.Of(ProtocolLimits.RecoverLabel, begun.Challenge.Span, key.Public.SubjectPublicKeyInfo.Span);
            var answer = await client.RecoverAsync(
                new RecoverRequest
                {
                    MachineId = identity.MachineId,
                    Generation = identity.Generation,
                    Challenge = begun.Challenge,
                    Signature = ByteString.CopyFrom(last.Sign(signed)),
                    CertificateRequest = RequestFor(key, identity),
                },
                deadline: Deadline,
                cancellationToken: ct);
            return Check(identity, pending, key, answer.Generation, answer.CertificateChain);
        }
        catch (RpcException e)
        {
            return EnrollmentFailure.Of(e, address);
        }
    }

    private DateTime Deadline => (clock.GetUtcNow() + Patience).UtcDateTime;

    // One key for one step from one generation to the next, also when an answer was lost.
    private static string PurposeOf(Identity identity) => $"renewal of {identity.MachineId} {identity.Generation}";

    private static ByteString RequestFor(PrivateKeyMaterial key, Identity identity) =>
        ByteString.CopyFrom(SigningRequests.CreateForIdentity(key, identity.MachineName).Der.Span);

    private static EnrollmentResult Check(
        Identity identity, PendingKey pending, PrivateKeyMaterial key, uint generation, RepeatedField<ByteString> chain)
    {
        var renewed = identity with { Generation = generation, Key = pending.Key, Chain = [.. chain.Select(c => c.ToByteArray())] };
        return generation > identity.Generation && IssuedIdentity.Fits(renewed, key.Public)
            ? new Enrolled(renewed, Trust: null)
            : new EnrollmentFailure(ExitCodes.VerificationFailed, "The renewed certificate does not fit the key or the machine.");
    }
}

using System.Security.Cryptography;
using System.Text;
using Cluster.Pki.Keys;
using Cluster.Pki.Requests;
using Cluster.Protocol;
using Cluster.Protocol.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Cluster.Agent.Tests.ManagerSide;

/// <summary>Enrolment as the protocol says, for one machine.</summary>
public sealed class TestEnrollment(TestFleet fleet, TestAuthority authority) : Protocol.V1.Enrollment.EnrollmentBase
{
    public override Task<RootResponse> Root(RootRequest request, ServerCallContext context)
    {
        fleet.Calls.Enqueue("root");
        return Task.FromResult(new RootResponse { RootCertificate = ByteString.CopyFrom(authority.Root.Der.Span) });
    }

    public override Task<JoinResponse> Join(JoinRequest request, ServerCallContext context)
    {
        fleet.Calls.Enqueue("join");
        var key = KeyOf(request.CertificateRequest);
        if (request.Token != fleet.Token) throw Refuse(StatusCode.PermissionDenied, "join-token-invalid");
        if (fleet.Joined.TryGetValue(request.Token, out var before))
        {
            return before.Key.AsSpan().SequenceEqual(key.SubjectPublicKeyInfo.Span)
                ? Task.FromResult(before.Answer)
                : throw Refuse(StatusCode.PermissionDenied, "join-token-used");
        }

        if (request.Rejoin is { } proof) CheckProof(proof, request.Token, key);
        var answer = new JoinResponse
        {
            ClusterId = fleet.ClusterId.ToString("D"),
            MachineId = fleet.MachineId.ToString("D"),
            MachineName = request.MachineName,
            Group = "main",
            Generation = fleet.Generation,
            TrustSet = fleet.TrustSet,
            ManagerTime = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(),
        };
        answer.CertificateChain.AddRange(Issue(key));
        fleet.Joined[request.Token] = (key.SubjectPublicKeyInfo.ToArray(), answer);
        fleet.Departed = false;
        if (!fleet.LoseNextJoinAnswer) return Task.FromResult(answer);
        fleet.LoseNextJoinAnswer = false;
        throw new RpcException(new Status(StatusCode.Unavailable, "the answer was lost"));
    }

    public override Task<RenewResponse> Renew(RenewRequest request, ServerCallContext context)
    {
        fleet.Calls.Enqueue("renew");
        var key = KeyOf(request.CertificateRequest);
        if (!fleet.Renewed.TryGetValue(key.Sha256, out var answer))
        {
            answer = new RenewResponse { Generation = ++fleet.Generation, TrustSet = fleet.TrustSet };
            answer.CertificateChain.AddRange(Issue(key));
            fleet.Renewed[key.Sha256] = answer;
        }

        if (!fleet.LoseNextRenewAnswer) return Task.FromResult(answer);
        fleet.LoseNextRenewAnswer = false;
        throw new RpcException(new Status(StatusCode.Unavailable, "the answer was lost"));
    }

    public override Task<BeginRecoveryResponse> BeginRecovery(BeginRecoveryRequest request, ServerCallContext context)
    {
        fleet.Calls.Enqueue("begin-recovery");
        return Task.FromResult(new BeginRecoveryResponse { Challenge = ByteString.CopyFromUtf8("challenge") });
    }

    public override Task<RecoverResponse> Recover(RecoverRequest request, ServerCallContext context)
    {
        fleet.Calls.Enqueue("recover");
        var key = KeyOf(request.CertificateRequest);
        var last = PublicKeyMaterial.TryRead(fleet.IdentityKey)!;
        var signed = SignedBytes.Of(ProtocolLimits.RecoverLabel, request.Challenge.Span, key.SubjectPublicKeyInfo.Span);
        if (request.Generation != fleet.Generation || !last.Verify(signed, request.Signature.Span))
            throw Refuse(StatusCode.PermissionDenied, "recovery-refused");
        var answer = new RecoverResponse { Generation = ++fleet.Generation, TrustSet = fleet.TrustSet };
        fleet.Lifetime = TimeSpan.FromDays(30);
        answer.CertificateChain.AddRange(Issue(key));
        return Task.FromResult(answer);
    }

    public override Task<LeaveResponse> Leave(LeaveRequest request, ServerCallContext context)
    {
        fleet.Calls.Enqueue("leave");
        if (context.GetHttpContext().Connection.ClientCertificate is null)
            throw Refuse(StatusCode.Unauthenticated, "client-certificate-required");
        fleet.Departed = true;
        return Task.FromResult(new LeaveResponse());
    }

    internal static RpcException Refuse(StatusCode status, string code) =>
        new(new Status(status, code), new Metadata { { "cluster-code", code } });

    private void CheckProof(RejoinProof proof, string token, PublicKeyMaterial key)
    {
        fleet.LastProof = proof;
        var last = PublicKeyMaterial.TryRead(fleet.IdentityKey)!;
        var signed = SignedBytes.Of(ProtocolLimits.RejoinLabel, Encoding.UTF8.GetBytes(token), key.SubjectPublicKeyInfo.Span);
        if (proof.MachineId != fleet.MachineId.ToString("D") || !last.Verify(signed, proof.Signature.Span))
            throw Refuse(StatusCode.PermissionDenied, "rejoin-proof-invalid");
        fleet.Generation++;
    }

    private IEnumerable<ByteString> Issue(PublicKeyMaterial key)
    {
        fleet.IdentityKey = key.SubjectPublicKeyInfo.ToArray();
        return authority.IssueIdentity(key, fleet.ClusterId, fleet.MachineId, fleet.Lifetime).Select(c => ByteString.CopyFrom(c));
    }

    private static PublicKeyMaterial KeyOf(ByteString request) =>
        SigningRequests.Read(request.Span).TryGet(out var info, out _)
            ? info.PublicKey
            : throw new CryptographicException("The request cannot be read.");
}

using System.Text;
using Cluster.Agent.Programs;
using Cluster.Agent.Session;
using Cluster.Agent.State;
using Cluster.Agent.Trust;
using Cluster.Pki.Keys;
using Cluster.Pki.Requests;
using Cluster.Protocol;
using Cluster.Protocol.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Cluster.Agent.Enrollment;

/// <summary>What a host says when it joins.</summary>
/// <param name="Manager"><c>HOST:PORT</c>.</param>
/// <param name="Pin">SHA-256 of the root's public key.</param>
/// <param name="Token">The join token; a secret.</param>
/// <param name="MachineName">RFC 1123 host name.</param>
/// <param name="Observe">Start without changing anything.</param>
internal sealed record JoinOrder(string Manager, string Pin, string Token, string MachineName, bool Observe)
{
    /// <summary>At a rejoin: the last identity.</summary>
    public Identity? Departed { get; init; }

    /// <summary>At a rejoin: start with an empty machine layer.</summary>
    public bool Fresh { get; init; }

    /// <summary>Never shows the token.</summary>
    public override string ToString() => $"join {Manager} as {MachineName}";
}

/// <summary>
/// Redeems a join token: the root is compared with the pin first, then a second connection, verified against exactly that root,
/// carries the token. The key is durable before anything is sent, so that a lost answer can be asked for again with the same key.
/// </summary>
internal sealed class Joining(IdentityStore identities, TimeProvider clock)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Asks for the identity; nothing but the pending key is stored.</summary>
    public async Task<EnrollmentResult> AskAsync(JoinOrder order, CancellationToken ct)
    {
        var (root, failure) = await ControlRoot.FetchAsync(order.Manager, order.Pin, clock, ct);
        if (root is null) return failure!;
        var pending = identities.KeyFor(PendingKey.HashOf(order.Token));
        using var key = PrivateKeyMaterial.TryReadPkcs8(pending.Key) ?? throw new DamagedStateException("The pending key cannot be read.");
        using var channel = ManagerChannel.Open(order.Manager, [root], [], clock.GetUtcNow(), identity: null);
        try
        {
            var client = new Protocol.V1.Enrollment.EnrollmentClient(channel);
            var answer =
                await client.JoinAsync(Request(order, key), deadline: (clock.GetUtcNow() + Patience).UtcDateTime, cancellationToken: ct);
            return Check(answer, order, pending.Key, key);
        }
        catch (RpcException e)
        {
            return EnrollmentFailure.Of(e, order.Manager);
        }
    }

    private static JoinRequest Request(JoinOrder order, PrivateKeyMaterial key)
    {
        var request = new JoinRequest
        {
            Token = order.Token,
            CertificateRequest = ByteString.CopyFrom(SigningRequests.CreateForIdentity(key, order.MachineName).Der.Span),
            MachineName = order.MachineName,
            AgentVersion = AgentVersion.Text,
            Platform = AgentVersion.Platform,
            Observe = order.Observe,
            Fresh = order.Fresh,
        };
        if (order.Departed is { } departed)
        {
            using var last =
                PrivateKeyMaterial.TryReadPkcs8(departed.Key) ?? throw new DamagedStateException("The last identity's key cannot be read.");
            var signed =
                SignedBytes.Of(ProtocolLimits.RejoinLabel, Encoding.UTF8.GetBytes(order.Token), key.Public.SubjectPublicKeyInfo.Span);
            request.Rejoin = new RejoinProof
            {
                MachineId = departed.MachineId,
                Generation = departed.Generation,
                Signature = ByteString.CopyFrom(last.Sign(signed))
            };
        }

        return request;
    }

    private static EnrollmentResult Check(JoinResponse answer, JoinOrder order, byte[] pkcs8, PrivateKeyMaterial key)
    {
        if (TrustedSet.First(answer.TrustSet ?? new SignedTrustSet(), order.Pin) is not { } trust)
        {
            return new EnrollmentFailure(ExitCodes.VerificationFailed, "The manager's trust set is not signed under the pinned root.");
        }

        var identity = new Identity
        {
            ClusterId = answer.ClusterId,
            MachineId = answer.MachineId,
            MachineName = answer.MachineName,
            Generation = answer.Generation,
            Key = pkcs8,
            Chain = [.. answer.CertificateChain.Select(c => c.ToByteArray())],
            RootPin = order.Pin,
            JoinedAt = order.Manager,
        };
        return IssuedIdentity.Fits(identity, key.Public)
            ? new Enrolled(identity, trust, answer.Group, answer.Pending)
            : new EnrollmentFailure(
                ExitCodes.VerificationFailed, "The certificate that the manager issued does not fit the key or the machine.");
    }
}

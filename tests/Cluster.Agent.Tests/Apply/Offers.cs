using System.Security.Cryptography;
using System.Text.Json;
using Cluster.Agent.Apply;
using Cluster.Agent.State;
using Cluster.Agent.Tests.ManagerSide;
using Cluster.Agent.Trust;
using Cluster.Contracts.Bundles;
using Cluster.Contracts.Json;
using Cluster.Protocol.V1;
using Google.Protobuf;

namespace Cluster.Agent.Tests.Apply;

/// <summary>Offers of one control CA to one machine, made without a manager.</summary>
internal static class Offers
{
    public const string ClusterId = "0197a000-0000-7000-8000-000000000001";
    public const string MachineId = "0197a000-0000-7000-8000-000000000002";

    public static TestAuthority Authority { get; } = new();

    public static TrustedSet Trust { get; } =
        TrustedSet.First(Authority.TrustSet(1, "manager.example:8443"), Authority.Root.PublicKeySha256)!;

    /// <summary>Joined with generation 3, renewed to 5.</summary>
    public static Membership Membership { get; } = new()
    {
        ClusterId = ClusterId,
        MachineId = MachineId,
        MachineName = "gw1",
        RootPin = Authority.Root.PublicKeySha256,
        JoinedGeneration = 3,
        Generation = 5,
    };

    public static Offer Offer(Action<Assignment>? change = null, params (string Service, string Sha256)[] parts)
    {
        var bundle = BundleBytes(parts);
        var assignment = Assignment(bundle);
        change?.Invoke(assignment);
        return new Offer { Assignment = Authority.Sign(assignment), Bundle = ByteString.CopyFrom(bundle) };
    }

    public static HeldOffer Held(Action<Assignment>? change = null, params (string Service, string Sha256)[] parts) =>
        HeldOffer.Read(Offer(change, parts))!;

    public static Assignment Assignment(byte[] bundle) => new()
    {
        ClusterId = ClusterId,
        MachineId = MachineId,
        Generation = 5,
        Epoch = 1,
        EpochId = "epoch-1",
        Number = 1,
        Revision = 101,
        BundleSha256 = ByteString.CopyFrom(SHA256.HashData(bundle)),
    };

    public static byte[] BundleBytes(params (string Service, string Sha256)[] parts)
    {
        var bundle = new Bundle
        {
            SchemaVersion = Bundle.CurrentSchema,
            Parts = [.. parts.Select(p => new BundlePart { Service = p.Service, Sha256 = p.Sha256 })],
        };
        return CanonicalJson.ToBytes(JsonSerializer.SerializeToUtf8Bytes(bundle, ContractsJson.Default.Bundle));
    }

    public static byte[] PartBytes(ServicePart part) =>
        CanonicalJson.ToBytes(JsonSerializer.SerializeToUtf8Bytes(part, ContractsJson.Default.ServicePart));
}

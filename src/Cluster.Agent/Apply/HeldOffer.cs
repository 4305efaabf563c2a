using System.Security.Cryptography;
using System.Text.Json;
using Cluster.Contracts.Bundles;
using Cluster.Contracts.Json;
using Cluster.Protocol.V1;
using Google.Protobuf;

namespace Cluster.Agent.Apply;

/// <summary>An offer that was parsed: the assignment and the bundle whose hash it names.</summary>
internal sealed class HeldOffer
{
    private HeldOffer(Offer offer, Assignment assignment, Bundle bundle)
    {
        Offer = offer;
        Assignment = assignment;
        Bundle = bundle;
    }

    /// <summary>As it was received.</summary>
    public Offer Offer { get; }

    /// <summary>The signed statement.</summary>
    public Assignment Assignment { get; }

    /// <summary>What the machine is given.</summary>
    public Bundle Bundle { get; }

    /// <summary>Reads an offer; null when it is malformed or the bundle is not the one that the assignment names.</summary>
    public static HeldOffer? Read(Offer offer)
    {
        try
        {
            var assignment = Assignment.Parser.ParseFrom(offer.Assignment.Statement);
            if (!SHA256.HashData(offer.Bundle.Span).AsSpan().SequenceEqual(assignment.BundleSha256.Span)) return null;
            var bundle = DocumentReader.Read(offer.Bundle.Memory, ContractsJson.Default.Bundle).Value;
            return bundle is null ? null : new HeldOffer(offer, assignment, bundle);
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or JsonException)
        {
            return null;
        }
    }

    /// <summary>The part of a service, lower-case hex; null when the bundle has none.</summary>
    public string? PartOf(string service) => Bundle.Parts.FirstOrDefault(p => p.Service == service)?.Sha256;

    /// <summary>As the manager is told what the host holds.</summary>
    public HeldAssignment ToHeld() => new()
    {
        Epoch = Assignment.Epoch,
        EpochId = Assignment.EpochId,
        Number = Assignment.Number,
        AssignmentSha256 = ByteString.CopyFrom(SHA256.HashData(Offer.Assignment.Statement.Span)),
        Statement = Offer.Assignment,
    };
}

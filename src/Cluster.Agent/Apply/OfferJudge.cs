using Cluster.Agent.State;
using Cluster.Agent.Trust;
using Cluster.Protocol;
using Cluster.Protocol.V1;
using Google.Protobuf;

namespace Cluster.Agent.Apply;

/// <summary>
/// Decides whether an offer or a removal is for this machine, from a signer it trusts, and newer than what it holds; pure.
/// </summary>
internal static class OfferJudge
{
    /// <summary>Takes an offer apart and checks it.</summary>
    /// <returns>The offer, or a stable code and the reason why it is not taken.</returns>
    public static (HeldOffer? Offer, string Code, string Reason) Judge(
        Offer offer, Membership membership, TrustedSet trust, HeldOffer? held)
    {
        var statement = offer.Assignment ?? new SignedStatement();
        if (!trust.VerifyStatement(ProtocolLimits.AssignmentLabel, statement.Statement, statement.Signature, statement.SignerCertificate))
        {
            return (null, "signature-invalid", "The assignment is not signed by a signer of the trust set.");
        }

        if (HeldOffer.Read(offer) is not { } read)
            return (null, "bundle-invalid", "The bundle is not the one that the assignment names, or cannot be read.");
        var assignment = read.Assignment;
        if (assignment.ClusterId != membership.ClusterId || assignment.MachineId != membership.MachineId)
        {
            return (null, "audience-invalid", "The assignment is for another machine.");
        }

        if (assignment.Generation < membership.JoinedGeneration || assignment.Generation > membership.Generation)
        {
            return (
                null,
                "generation-invalid",
                $"The assignment is for generation {assignment.Generation}; this is generation {membership.Generation}.");
        }

        return IsNewer(assignment, held?.Assignment)
            ? (read, "", "")
            : (null, "not-newer", $"Number {assignment.Number} of epoch {assignment.Epoch} is not newer than what is held.");
    }

    /// <summary>Whether a removal is a true order for this machine and this membership to leave.</summary>
    public static bool IsOrder(SignedRemoval removal, Membership membership, TrustedSet trust)
    {
        if (!trust.VerifyStatement(ProtocolLimits.RemovalLabel, removal.Removal, removal.Signature, removal.SignerCertificate))
            return false;
        try
        {
            var order = Removal.Parser.ParseFrom(removal.Removal);
            return order.ClusterId == membership.ClusterId
                && order.MachineId == membership.MachineId
                && order.Generation >= membership.JoinedGeneration
                && order.Generation <= membership.Generation;
        }
        catch (InvalidProtocolBufferException)
        {
            return false;
        }
    }

    private static bool IsNewer(Assignment offered, Assignment? held) =>
        held is null
            || offered.Epoch > held.Epoch
            || (offered.Epoch == held.Epoch && offered.EpochId == held.EpochId && offered.Number > held.Number);
}

using Cluster.Agent.Apply;
using Cluster.Agent.Tests.ManagerSide;
using Cluster.Protocol.V1;
using Google.Protobuf;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Apply;

/// <summary>An offer or a removal is taken only from a trusted signer, for this machine and membership, and when it is newer.</summary>
public sealed class OfferJudgeTests
{
    /// <summary>Held are number 5 of epoch 2, called b; the generations of the membership are 3 to 5.</summary>
    [Theory]
    [InlineData(3, 2, "b", 6, "")]
    [InlineData(4, 2, "b", 6, "")]
    [InlineData(5, 2, "b", 6, "")]
    [InlineData(2, 2, "b", 6, "generation-invalid")]
    [InlineData(6, 2, "b", 6, "generation-invalid")]
    [InlineData(5, 2, "b", 5, "not-newer")]
    [InlineData(5, 2, "b", 4, "not-newer")]
    [InlineData(5, 2, "a", 6, "not-newer")]
    [InlineData(5, 1, "b", 6, "not-newer")]
    [InlineData(5, 1, "a", 6, "not-newer")]
    [InlineData(5, 3, "c", 1, "")]
    [InlineData(5, 3, "b", 1, "")]
    public void An_offer_has_a_generation_of_the_membership_and_is_newer(
        uint generation, ulong epoch, string epochId, ulong number, string code)
    {
        var held = Offers.Held(a => (a.Epoch, a.EpochId, a.Number) = (2, "b", 5));
        var offer = Offers.Offer(a => (a.Generation, a.Epoch, a.EpochId, a.Number) = (generation, epoch, epochId, number));

        CodeOf(offer, held).ShouldBe(code);
    }

    [Theory]
    [InlineData(Offers.ClusterId, Offers.MachineId, "")]
    [InlineData(Offers.ClusterId, Offers.ClusterId, "audience-invalid")]
    [InlineData(Offers.MachineId, Offers.MachineId, "audience-invalid")]
    [InlineData("", "", "audience-invalid")]
    public void An_offer_is_for_this_machine(string cluster, string machine, string code) =>
        CodeOf(Offers.Offer(a => (a.ClusterId, a.MachineId) = (cluster, machine))).ShouldBe(code);

    [Theory]
    [InlineData("whole", "")]
    [InlineData("empty", "signature-invalid")]
    [InlineData("not signed", "signature-invalid")]
    [InlineData("signed by another authority", "signature-invalid")]
    [InlineData("signed as a removal", "signature-invalid")]
    [InlineData("changed after it was signed", "signature-invalid")]
    [InlineData("signed but no assignment", "bundle-invalid")]
    [InlineData("another bundle", "bundle-invalid")]
    [InlineData("a bundle that is not JSON", "bundle-invalid")]
    [InlineData("a bundle with an unknown member", "bundle-invalid")]
    public void An_offer_is_signed_and_its_bundle_is_the_one_that_it_names(string kind, string code)
    {
        var (offer, refused, reason) = OfferJudge.Judge(Made(kind), Offers.Membership, Offers.Trust, held: null);

        refused.ShouldBe(code);
        (offer is null).ShouldBe(code.Length > 0);
        (reason.Length > 0).ShouldBe(code.Length > 0);
    }

    [Theory]
    [InlineData(Offers.ClusterId, Offers.MachineId, 3, true)]
    [InlineData(Offers.ClusterId, Offers.MachineId, 5, true)]
    [InlineData(Offers.ClusterId, Offers.MachineId, 2, false)]
    [InlineData(Offers.ClusterId, Offers.MachineId, 6, false)]
    [InlineData(Offers.MachineId, Offers.MachineId, 5, false)]
    [InlineData(Offers.ClusterId, Offers.ClusterId, 5, false)]
    public void A_removal_is_for_this_machine_and_membership(string cluster, string machine, uint generation, bool isOrder)
    {
        var removal = new Removal { ClusterId = cluster, MachineId = machine, Generation = generation };

        OfferJudge.IsOrder(Offers.Authority.Sign(removal), Offers.Membership, Offers.Trust).ShouldBe(isOrder);
        OfferJudge.IsOrder(new TestAuthority().Sign(removal), Offers.Membership, Offers.Trust).ShouldBeFalse();
        OfferJudge.IsOrder(new SignedRemoval { Removal = removal.ToByteString() }, Offers.Membership, Offers.Trust).ShouldBeFalse();
    }

    [Fact]
    public void What_is_signed_and_no_removal_is_no_order() =>
        OfferJudge.IsOrder(Offers.Authority.SignRemoval([0xff]), Offers.Membership, Offers.Trust).ShouldBeFalse();

    private static string CodeOf(Offer offer, HeldOffer? held = null) =>
        OfferJudge.Judge(offer, Offers.Membership, Offers.Trust, held).Code;

    private static Offer Made(string kind)
    {
        var offer = Offers.Offer();
        switch (kind)
        {
            case "whole": break;
            case "empty": return new Offer();
            case "not signed": offer.Assignment.Signature = ByteString.Empty; break;
            case "signed by another authority": offer.Assignment = new TestAuthority().SignAssignment(Statement(offer)); break;
            case "signed as a removal": offer.Assignment.Signature = Offers.Authority.SignRemoval(Statement(offer)).Signature; break;
            case "changed after it was signed": offer.Assignment.Statement = Offers.Assignment([]).ToByteString(); break;
            case "signed but no assignment": offer.Assignment = Offers.Authority.SignAssignment([0xff]); break;
            case "another bundle": offer.Bundle = ByteString.CopyFrom(Offers.BundleBytes(("mail", new string('a', 64)))); break;
            case "a bundle that is not JSON": return WithBundle("no bundle");
            case "a bundle with an unknown member": return WithBundle("""{"more":1,"parts":[],"schemaVersion":1}""");
            default: throw new ArgumentOutOfRangeException(nameof(kind), kind, "The table names something that is not made here.");
        }

        return offer;
    }

    private static byte[] Statement(Offer offer) => offer.Assignment.Statement.ToByteArray();

    private static Offer WithBundle(string text)
    {
        var bundle = ByteString.CopyFromUtf8(text);
        return new Offer { Assignment = Offers.Authority.Sign(Offers.Assignment(bundle.ToByteArray())), Bundle = bundle };
    }
}

using Cluster.Agent.Apply;
using Cluster.Agent.Drivers;
using Cluster.Agent.Tests.ManagerSide;
using Cluster.Agent.Trust;
using Cluster.Contracts.Machines;
using Cluster.Protocol.V1;
using Google.Protobuf;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Apply;

/// <summary>What the apply process takes of a manager, on real files and without processes.</summary>
public sealed class ManagerInboxTests
{
    [Theory]
    [InlineData("offer", true, "taken woken")]
    [InlineData("offer signed by another", true, "refused:1:signature-invalid")]
    [InlineData("offer that cannot be read", true, "refused:0:signature-invalid")]
    [InlineData("offer for another machine", true, "refused:1:audience-invalid")]
    [InlineData("trust set", true, "trust")]
    [InlineData("trust set signed by another", true, "")]
    [InlineData("trust set that is not newer", true, "")]
    [InlineData("removal", true, "removed")]
    [InlineData("removal signed by another", true, "")]
    [InlineData("removal that cannot be read", true, "")]
    [InlineData("command", true, "ordered")]
    [InlineData("welcome", true, "")]
    [InlineData("echo", true, "")]
    [InlineData("content", true, "woken")]
    [InlineData("offer", false, "")]
    [InlineData("trust set", false, "")]
    [InlineData("removal", false, "")]
    [InlineData("command", false, "")]
    [InlineData("welcome", false, "")]
    [InlineData("content", false, "")]
    public void A_message_does_what_it_may(string kind, bool joined, string outcome)
    {
        using var side = new ApplySide(joined);
        var trusted = side.State.Trust;

        side.Inbox.Take(Message(kind));

        Outcome(side, trusted).ShouldBe(outcome);
    }

    /// <summary>How an answer to the request of a part comes, whether the part is stored, the offer taken, and more asked for.</summary>
    [Theory]
    [InlineData("given", true, true)]
    [InlineData("given, more follows", true, false)]
    [InlineData("given with other bytes", false, true)]
    [InlineData("refused", false, true)]
    [InlineData("something else given", false, true)]
    [InlineData("something else given, more follows", false, false)]
    public void Content_that_was_asked_for_is_stored_and_the_offer_is_taken_when_nothing_more_comes(string answer, bool stored, bool taken)
    {
        using var side = new ApplySide();
        var part = side.Part("wanted", here: false);
        var other = side.Part("nobody asked for it", here: false);
        side.Take(Offers.Offer(null, ("mail", part.Sha256), ("elsewhere", other.Sha256)));
        RequestedParts(side).ShouldBe(part.Sha256);
        side.State.Assignment.ShouldBeNull();

        side.Take(Answer(answer, part, other));

        (side.Content.PartBytes(part.Sha256) is not null).ShouldBe(stored);
        side.Content.PartBytes(other.Sha256).ShouldBeNull();
        (side.State.Assignment is not null).ShouldBe(taken);
        side.Wakes.ShouldBe(taken ? 1 : 0);
        side.TakeSent().ShouldBeEmpty();
    }

    [Theory]
    [InlineData(false, 45, 0)]
    [InlineData(false, 46, 1)]
    [InlineData(true, 46, 0)]
    public void An_answer_that_does_not_come_is_asked_for_again_unless_the_stream_ended(bool anew, int seconds, int requests)
    {
        using var side = new ApplySide();
        side.Take(Offers.Offer(null, ("mail", side.Part("wanted", here: false).Sha256)));
        side.TakeSent();
        if (anew) side.Inbox.Take(new ManagerMessage { Welcome = new Welcome() });

        side.Clock.Advance(TimeSpan.FromSeconds(seconds));
        side.Inbox.TryAgain();

        side.TakeSent().Count(m => m.ContentRequest is not null).ShouldBe(requests);
    }

    [Fact]
    public void What_was_refused_is_asked_for_again_on_another_stream()
    {
        using var side = new ApplySide();
        var part = side.Part("wanted", here: false);
        side.Take(Offers.Offer(null, ("mail", part.Sha256)));
        side.Take(new Content { Refused = { ApplySide.FromHex(part.Sha256) } });
        side.TakeSent();
        var failed = RecordOf(side, part.Sha256, ServiceFails.Transiently);
        side.State.NoteRecord("mail", _ => failed);
        side.Inbox.TryAgain();
        side.TakeSent().ShouldBeEmpty();

        side.Inbox.Take(new ManagerMessage { Welcome = new Welcome() });

        RequestedParts(side).ShouldBe(part.Sha256);
    }

    /// <summary>How the held part failed, and whether its lacking content is asked for when nothing came.</summary>
    [Theory]
    [InlineData(ServiceFails.Transiently, true)]
    [InlineData(ServiceFails.Finally, false)]
    [InlineData(ServiceFails.Never, false)]
    public void A_held_part_that_got_lost_is_fetched_again(ServiceFails fails, bool asks)
    {
        using var side = new ApplySide();
        var part = side.Part("wanted", here: true);
        side.Take(Offers.Offer(null, ("mail", part.Sha256)));
        side.State.NoteRecord("mail", _ => RecordOf(side, part.Sha256, fails));
        File.Delete(Path.Combine(side.Directory.Apply, "parts", part.Sha256 + ".json"));

        side.Inbox.TryAgain();

        RequestedParts(side).ShouldBe(asks ? part.Sha256 : "");
    }

    [Fact]
    public void An_offer_that_the_disk_does_not_take_shows_and_is_taken_as_soon_as_it_does()
    {
        using var side = new ApplySide(joined: true, "mail", "live");
        var (part, live) = (side.Part("wanted", here: true), side.Part("live", here: true));
        side.State.NoteRecord("live", _ => new ServiceRecord { Applied = new AppliedFact(live.Sha256, 1, 1, side.Clock.GetUtcNow()) });
        var blocked = Directory.CreateDirectory(Path.Combine(side.Directory.Apply, "assignment"));

        side.Take(Offers.Offer(null, ("mail", part.Sha256), ("live", live.Sha256)));
        side.State.Assignment.ShouldBeNull();
        side.State.Record("mail").Attempted.ShouldNotBeNull().Error.ShouldNotBeNull().Code.ShouldBe("state-not-stored");
        side.State.Record("live").Attempted.ShouldBeNull();
        side.Inbox.TryAgain();
        side.State.Assignment.ShouldBeNull();

        blocked.Delete();
        side.Inbox.TryAgain();

        side.State.Assignment.ShouldNotBeNull();
        side.Wakes.ShouldBe(1);
    }

    /// <summary>The service is applied and proven, so that nothing else asks; the content comes in one message or in two.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Held_content_that_the_disk_does_not_take_is_asked_for_until_it_does(bool more)
    {
        using var side = new ApplySide();
        var part = side.Part("wanted", here: true);
        side.Take(Offers.Offer(null, ("mail", part.Sha256)));
        side.State.NoteRecord("mail", _ => ProvenOf(side, part.Sha256));
        var parts = Path.Combine(side.Directory.Apply, "parts");
        Directory.Delete(parts, recursive: true);
        File.WriteAllText(parts, "in the way");
        side.Inbox.Take(new ManagerMessage { Welcome = new Welcome() });
        RequestedParts(side).ShouldBe(part.Sha256);

        side.Take(Answer(more ? "given, more follows" : "given", part, part));
        if (more) side.Take(new Content());
        side.Clock.Advance(InboxDecision.AnswerPatience);
        side.Inbox.TryAgain();
        RequestedParts(side).ShouldBeEmpty();
        side.Clock.Advance(TimeSpan.FromSeconds(1));
        side.Inbox.TryAgain();
        RequestedParts(side).ShouldBe(part.Sha256);

        File.Delete(parts);
        Directory.CreateDirectory(parts);
        side.Take(Answer("given", part, part));
        side.Content.PartBytes(part.Sha256).ShouldNotBeNull();
        side.Clock.Advance(TimeSpan.FromMinutes(1));
        side.Inbox.TryAgain();
        RequestedParts(side).ShouldBeEmpty();
    }

    /// <summary>A manager answers on a new stream before it knows what the machine is to have.</summary>
    [Fact]
    public void What_was_refused_at_the_begin_of_a_stream_is_asked_for_again()
    {
        using var side = new ApplySide();
        var part = side.Part("wanted", here: true);
        side.Take(Offers.Offer(null, ("mail", part.Sha256)));
        side.State.NoteRecord("mail", _ => ProvenOf(side, part.Sha256) with { Verified = null });
        File.Delete(Path.Combine(side.Directory.Apply, "parts", part.Sha256 + ".json"));
        side.Inbox.Take(new ManagerMessage { Welcome = new Welcome() });
        RequestedParts(side).ShouldBe(part.Sha256);

        side.Take(Answer("refused", part, part));
        side.Inbox.TryAgain();
        RequestedParts(side).ShouldBeEmpty();
        side.Clock.Advance(InboxDecision.AnswerPatience + TimeSpan.FromSeconds(1));
        side.Inbox.TryAgain();

        RequestedParts(side).ShouldBe(part.Sha256);
    }

    [Fact]
    public void A_trust_set_that_the_disk_does_not_take_is_not_believed_yet()
    {
        using var side = new ApplySide();
        File.Delete(Path.Combine(side.Directory.Apply, "trust-set"));
        Directory.CreateDirectory(Path.Combine(side.Directory.Apply, "trust-set"));

        side.Inbox.Take(Message("trust set"));

        side.State.Trust!.Content.Number.ShouldBe(1UL);
    }

    [Fact]
    public void A_newer_offer_replaces_one_that_waits()
    {
        using var side = new ApplySide();
        var (first, second) = (side.Part("first", here: false), side.Part("second", here: false));
        side.Take(Offers.Offer(null, ("mail", first.Sha256)));
        side.Take(Offers.Offer(a => a.Number = 2, ("mail", second.Sha256)));
        side.TakeSent().Count(m => m.ContentRequest is not null).ShouldBe(2);

        side.Take(Answer("given", second, first));

        side.State.Assignment.ShouldNotBeNull().Assignment.Number.ShouldBe(2UL);
    }

    /// <summary>How the last attempt of a service ended.</summary>
    public enum ServiceFails
    {
        Never,
        Transiently,
        Finally,
    }

    private static ServiceRecord ProvenOf(ApplySide side, string part)
    {
        var proof = new ServiceProof { Method = VerificationMethod.Wire };
        return new ServiceRecord
        {
            Applied = new AppliedFact(part, 1, 101, side.Clock.GetUtcNow()),
            Verified = new VerifiedFact { Part = part, Number = 1, Revision = 101, At = side.Clock.GetUtcNow(), Proof = proof },
        };
    }

    private static ServiceRecord RecordOf(ApplySide side, string part, ServiceFails fails)
    {
        var record = new ServiceRecord();
        var failure = fails == ServiceFails.Finally
            ? ApplyFailure.Final("bad", "preflight", "")
            : ApplyFailure.Transient("content-missing", "content", "");
        return fails == ServiceFails.Never
            ? record
            : ServiceFacts.Failed(record, new SwitchOrder("mail", part, 1, 101, 0), failure, "", side.Clock.GetUtcNow());
    }

    private static string Outcome(ApplySide side, TrustedSet? trusted)
    {
        var seen = side.TakeSent().Select(m => $"refused:{m.Heartbeat.Refusal.Number}:{m.Heartbeat.Refusal.Code}").ToList();
        if (side.State.Assignment is not null) seen.Add("taken");
        if (side.State.Trust != trusted) seen.Add("trust");
        if (side.Wakes > 0) seen.Add("woken");
        if (side.Ordered > 0) seen.Add("ordered");
        if (side.Removed > 0) seen.Add("removed");
        return string.Join(' ', seen);
    }

    private static string RequestedParts(ApplySide side) =>
        string.Join(' ', side.TakeSent().SelectMany(m => m.ContentRequest.Parts).Select(p => Convert.ToHexStringLower(p.Span)));

    private static Content Answer(string kind, (string Sha256, byte[] Bytes) part, (string Sha256, byte[] Bytes) other)
    {
        var (wanted, unasked) = (ApplySide.FromHex(part.Sha256), ApplySide.FromHex(other.Sha256));
        var whole = new Part { Sha256 = wanted, Content = ByteString.CopyFrom(part.Bytes) };
        var wrong = new Part { Sha256 = wanted, Content = ByteString.CopyFrom(other.Bytes) };
        var elsewhere = new Part { Sha256 = unasked, Content = ByteString.CopyFrom(other.Bytes) };
        return kind switch
        {
            "given" => new Content { Parts = { whole } },
            "given, more follows" => new Content { Parts = { whole }, More = true },
            "given with other bytes" => new Content { Parts = { wrong } },
            "refused" => new Content { Refused = { wanted } },
            "something else given" => new Content { Parts = { elsewhere } },
            "something else given, more follows" => new Content { Parts = { elsewhere }, More = true },
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "The table names something that is not made here."),
        };
    }

    private static ManagerMessage Message(string kind)
    {
        var removal = new Removal { ClusterId = Offers.ClusterId, MachineId = Offers.MachineId, Generation = 5 };
        var stranger = new TestAuthority();
        return kind switch
        {
            "offer" => new ManagerMessage { Offer = Offers.Offer() },
            "offer signed by another" => new ManagerMessage { Offer = SignedBy(stranger) },
            "offer that cannot be read" => new ManagerMessage
            {
                Offer = new Offer { Assignment = new SignedStatement { Statement = ByteString.CopyFrom(0xff) } },
            },
            "offer for another machine" => new ManagerMessage { Offer = Offers.Offer(a => a.MachineId = Offers.ClusterId) },
            "trust set" => new ManagerMessage { TrustSet = Offers.Authority.TrustSet(2) },
            "trust set signed by another" => new ManagerMessage { TrustSet = stranger.TrustSet(2) },
            "trust set that is not newer" => new ManagerMessage { TrustSet = Offers.Authority.TrustSet(1) },
            "removal" => new ManagerMessage { Removal = Offers.Authority.Sign(removal) },
            "removal signed by another" => new ManagerMessage { Removal = stranger.Sign(removal) },
            "removal that cannot be read" => new ManagerMessage { Removal = Offers.Authority.SignRemoval([0xff]) },
            "command" => new ManagerMessage { Command = new Command { Id = 7, Check = true } },
            "welcome" => new ManagerMessage { Welcome = new Welcome() },
            "echo" => new ManagerMessage { StatusEcho = new StatusEcho { Sequence = 1 } },
            "content" => new ManagerMessage { Content = new Content() },
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "The table names something that is not made here."),
        };
    }

    private static Offer SignedBy(TestAuthority authority)
    {
        var offer = Offers.Offer();
        offer.Assignment = authority.SignAssignment(offer.Assignment.Statement.ToByteArray());
        return offer;
    }
}

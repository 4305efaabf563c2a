using Cluster.Agent.Drivers;
using Cluster.Agent.Trust;
using Cluster.Contracts.Machines;
using Cluster.Protocol.V1;
using Google.Protobuf;
using Microsoft.Extensions.Logging;

namespace Cluster.Agent.Apply;

/// <summary>
/// Takes in what the manager says: checks every offer itself, fetches the content that it lacks, and stores the assignment
/// only when all of that is durable. One caller at a time.
/// </summary>
internal sealed partial class ManagerInbox(HostState state, ContentStore content, TrustStore trust, TimeProvider clock, ILogger log)
{
    private readonly HashSet<string> refused = [];
    private HashSet<string> asked = [];
    private HeldOffer? incoming;
    private bool unstored;
    private long askedAt;

    /// <summary>Raised with a message for the manager.</summary>
    public event Action<AgentMessage>? Send;

    /// <summary>Raised when there may be something to apply.</summary>
    public event Action? Wake;

    /// <summary>Raised with what administrators ordered.</summary>
    public event Action<Command>? Ordered;

    /// <summary>Raised when a signed order to leave has come.</summary>
    public event Action? Removed;

    public void Take(ManagerMessage message)
    {
        if (state.Membership is null || state.Trust is null) return;
        switch (message.MessageCase)
        {
            case ManagerMessage.MessageOneofCase.Welcome: StartAnew(); break;
            case ManagerMessage.MessageOneofCase.Offer: Take(message.Offer); break;
            case ManagerMessage.MessageOneofCase.Content: Take(message.Content); break;
            case ManagerMessage.MessageOneofCase.TrustSet: Take(message.TrustSet); break;
            case ManagerMessage.MessageOneofCase.Removal: Take(message.Removal); break;
            case ManagerMessage.MessageOneofCase.Command: Ordered?.Invoke(message.Command); break;
            default: break;
        }
    }

    /// <summary>Asks again for what could not be stored or has not come.</summary>
    public void TryAgain()
    {
        var step = InboxDecision.TryAgain(new InboxSituation
        {
            Incoming = incoming is not null,
            Unstored = unstored,
            SinceAsked = clock.GetElapsedTime(askedAt),
            Held = state.Assignment is { } held ? HeldParts(held) : [],
        });
        if (step == InboxStep.AskOrFinish) asked = [];
        // A stream that has just begun may refuse what it has not looked up yet.
        if (clock.GetElapsedTime(askedAt) > InboxDecision.AnswerPatience) refused.Clear();
        Do(step);
    }

    private List<(string Part, ServiceRecord Record)> HeldParts(HeldOffer held) =>
        [.. state.Drivers.Keys.Where(s => held.PartOf(s) is not null).Select(s => (held.PartOf(s)!, state.Record(s)))];

    private void Do(InboxStep step)
    {
        switch (step)
        {
            case InboxStep.AskOrFinish: AskOrFinish(); break;
            case InboxStep.AskForHeld: AskForHeld(); break;
            case InboxStep.Wake:
                // A part that has come again names the keys that it needs.
                if (state.Assignment is { } held) AskFor(held);
                Wake?.Invoke();
                break;
            default: break;
        }
    }

    // A new stream: what was asked for on the old one will not come any more, and what was refused may be given now.
    private void StartAnew()
    {
        incoming = null;
        unstored = false;
        asked = [];
        refused.Clear();
        AskForHeld();
    }

    private void Take(Offer offer)
    {
        var (taken, code, reason) = OfferJudge.Judge(offer, state.Membership!, state.Trust!, state.Assignment);
        if (taken is null)
        {
            OfferRefused(log, code, reason);
            var answer = new Heartbeat
            {
                Refusal = new OfferRefusal { Number = TryNumber(offer), Code = code, Message = reason },
                TrustSetNumber = state.Trust!.Content.Number,
                Assignment = state.Assignment?.ToHeld(),
            };
            Send?.Invoke(new AgentMessage { Heartbeat = answer });
            return;
        }

        incoming = taken;
        asked = [];
        refused.Clear();
        AskOrFinish();
    }

    private void AskOrFinish()
    {
        if (AskFor(incoming!)) return;
        try
        {
            var taken = incoming!;
            state.Take(taken);
            incoming = null;
            unstored = false;
            OfferTaken(log, taken.Assignment.Number, taken.Assignment.Revision);
            Wake?.Invoke();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            NoteUnstored(e);
        }
    }

    private void AskForHeld()
    {
        if (state.Assignment is not { } held) return;
        asked = [];
        AskFor(held);
    }

    private bool AskFor(HeldOffer offer)
    {
        var wanted = InboxDecision.ToAsk(content.Lacking(offer, state.Drivers.ContainsKey), refused, asked);
        if (wanted.IsEmpty) return false;
        asked.UnionWith(wanted.Parts);
        asked.UnionWith(wanted.Keys);
        askedAt = clock.GetTimestamp();
        // Only a new request ends it: the last of several messages may be stored although one before it was not.
        unstored = false;
        var request = new ContentRequest();
        request.Parts.AddRange(wanted.Parts.Select(FromHex));
        request.Keys.AddRange(wanted.Keys.Select(FromHex));
        Send?.Invoke(new AgentMessage { ContentRequest = request });
        return true;
    }

    private void Take(Content given)
    {
        try
        {
            foreach (var part in given.Parts)
            {
                var sha256 = Convert.ToHexStringLower(part.Sha256.Span);
                // What nobody asked for is not stored: the disk is not the other process's to fill.
                if (!asked.Contains(sha256)) continue;
                if (!content.SavePart(sha256, part.Content.Span)) ContentWrong(log, sha256);
            }

            foreach (var key in given.Keys)
            {
                var sha256 = Convert.ToHexStringLower(key.PublicKeySha256.Span);
                if (!asked.Contains(sha256)) continue;
                if (!content.SaveKey(sha256, key.Pkcs8.Span)) ContentWrong(log, sha256);
            }

            refused.UnionWith(given.Refused.Select(r => Convert.ToHexStringLower(r.Span)));
            Do(InboxDecision.AfterContent(incoming is not null, given.More));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            NoteUnstored(e);
        }
    }

    // The manager keeps one offer outstanding; until the disk takes it, the services show why it is not tried.
    private void NoteUnstored(Exception e)
    {
        unstored = true;
        if (incoming is not { } offer)
        {
            ContentNotStored(log, e.Message);
            return;
        }

        foreach (var service in state.Drivers.Keys)
        {
            if (offer.PartOf(service) is not { } part) continue;
            var order = new SwitchOrder(service, part, offer.Assignment.Number, offer.Assignment.Revision, offer.Assignment.Attempt);
            var failure = ApplyFailure.Transient(ApplyCodes.StateNotStored, ApplyFailure.DiskCheck, e.Message);
            state.NoteRecord(
                service,
                r => InboxDecision.ShowsUnstored(part, r) ? ServiceFacts.Failed(r, order, failure, "", clock.GetUtcNow()) : r);
        }
    }

    private void Take(SignedTrustSet offered)
    {
        try
        {
            var newer = trust.TakeNewer(state.Trust!, offered);
            if (newer != state.Trust) state.Replace(newer);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The number that is reported stays the old one, so the manager sends it again.
            NotStored(log, e.Message);
        }
    }

    private void Take(SignedRemoval removal)
    {
        if (OfferJudge.IsOrder(removal, state.Membership!, state.Trust!)) Removed?.Invoke();
        else RemovalRefused(log);
    }

    private static ulong TryNumber(Offer offer)
    {
        try
        {
            return Assignment.Parser.ParseFrom(offer.Assignment?.Statement ?? ByteString.Empty).Number;
        }
        catch (InvalidProtocolBufferException)
        {
            return 0;
        }
    }

    private static ByteString FromHex(string hex) => ByteString.CopyFrom(Convert.FromHexString(hex));

    [LoggerMessage(3020, LogLevel.Warning, "An offer was refused: {Code}: {Reason}", EventName = "OfferRefused")]
    private static partial void OfferRefused(ILogger log, string code, string reason);

    [LoggerMessage(3021, LogLevel.Information, "Assignment {Number} (revision {Revision}) was received.", EventName = "OfferTaken")]
    private static partial void OfferTaken(ILogger log, ulong number, ulong revision);

    [LoggerMessage(3022, LogLevel.Warning, "Content {Sha256} does not match its hash; it was dropped.", EventName = "ContentHashWrong")]
    private static partial void ContentWrong(ILogger log, string sha256);

    [LoggerMessage(3023, LogLevel.Warning, "A removal that is not signed for this machine was ignored.", EventName = "RemovalRefused")]
    private static partial void RemovalRefused(ILogger log);

    [LoggerMessage(3024, LogLevel.Warning, "The trust set could not be stored: {Message}", EventName = "TrustSetNotStored")]
    private static partial void NotStored(ILogger log, string message);

    [LoggerMessage(
        3025, LogLevel.Warning, "Content that the assignment needs could not be stored; it is asked for again: {Message}",
        EventName = "ContentNotStored")]
    private static partial void ContentNotStored(ILogger log, string message);
}

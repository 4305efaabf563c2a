using Cluster.Contracts.Machines;

namespace Cluster.Agent.Apply;

/// <summary>What the inbox does next about content that an assignment needs.</summary>
internal enum InboxStep
{
    /// <summary>Nothing; an answer is still to come, or there is nothing to ask for.</summary>
    Wait,

    /// <summary>Ask for what the incoming offer still lacks, or store it when nothing is left to ask for.</summary>
    AskOrFinish,

    /// <summary>Ask anew for what the stored assignment lacks.</summary>
    AskForHeld,

    /// <summary>Content of the stored assignment has come: the services are looked at.</summary>
    Wake,
}

/// <summary>Hashes of parts and of public keys, lower-case hex.</summary>
internal sealed record ContentList(IReadOnlyList<string> Parts, IReadOnlyList<string> Keys)
{
    public bool IsEmpty => Parts.Count + Keys.Count == 0;
}

/// <summary>Everything that decides whether content is asked for again.</summary>
internal sealed record InboxSituation
{
    /// <summary>An offer was taken and waits for its content or for the disk.</summary>
    public bool Incoming { get; init; }

    /// <summary>The disk did not take what came last.</summary>
    public bool Unstored { get; init; }

    /// <summary>Since the last request of content.</summary>
    public TimeSpan SinceAsked { get; init; }

    /// <summary>Parts that the stored assignment names for local services, each with what happened to its service.</summary>
    public IReadOnlyList<(string Part, ServiceRecord Record)> Held { get; init; } = [];
}

/// <summary>Decides what of an assignment's content is asked for, and when; pure.</summary>
internal static class InboxDecision
{
    /// <summary>How long an answer may take before content is asked for again.</summary>
    public static readonly TimeSpan AnswerPatience = TimeSpan.FromSeconds(45);

    /// <summary>What is done when nothing came.</summary>
    public static InboxStep TryAgain(InboxSituation s)
    {
        if (s.Incoming) return s.Unstored || s.SinceAsked > AnswerPatience ? InboxStep.AskOrFinish : InboxStep.Wait;
        // Whatever state its service is in: the next change of it may need what is lacking. Not at once: the disk may still be full.
        if (s.Unstored && s.SinceAsked > AnswerPatience) return InboxStep.AskForHeld;
        return s.Held.Any(h => IsStuck(h.Part, h.Record, s.SinceAsked)) ? InboxStep.AskForHeld : InboxStep.Wait;
    }

    /// <summary>What is done when a message with content was stored.</summary>
    /// <param name="incoming">An offer waits for its content.</param>
    /// <param name="more">Further messages follow for the same request.</param>
    public static InboxStep AfterContent(bool incoming, bool more)
    {
        if (more) return InboxStep.Wait;
        return incoming ? InboxStep.AskOrFinish : InboxStep.Wake;
    }

    /// <summary>What of the lacking content is asked for: not what was asked for already, nor what the manager refused to give.</summary>
    public static ContentList ToAsk(ContentList lacking, IReadOnlySet<string> refused, IReadOnlySet<string> asked) => new(
        [.. lacking.Parts.Where(p => !refused.Contains(p) && !asked.Contains(p))],
        [.. lacking.Keys.Where(k => !refused.Contains(k) && !asked.Contains(k))]);

    /// <summary>Whether a service shows that the disk did not take an offer: only when it would get something else from it.</summary>
    public static bool ShowsUnstored(string offered, ServiceRecord record) => record.Applied?.Part != offered;

    // What failed transiently, or is applied and cannot be proven, may lack its content.
    private static bool IsStuck(string part, ServiceRecord record, TimeSpan sinceAsked) => record.Applied?.Part == part
        ? record.Verified is null && sinceAsked > AnswerPatience
        : record.Attempted is { Error.Kind: ApplyFailureKind.Transient };
}

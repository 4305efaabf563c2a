using Cluster.Agent.Drivers.Postfix.Files;
using Cluster.Agent.Drivers.Postfix.Routes;

namespace Cluster.Agent.Drivers.Postfix.Senders;

/// <summary>
/// Where the look-ups of a listener go among the restrictions that its entry has, and what those are. They are asked twice: at RCPT,
/// and before the message is taken, since Postfix lets <c>RCPT TO:&lt;postmaster&gt;</c> without a domain pass before any restriction.
/// </summary>
internal sealed record SenderPlacement
{
    /// <summary>The parameter whose value a listener with sender groups cannot do without.</summary>
    public const string Delay = "smtpd_delay_reject";

    private const string Clients = "smtpd_client_restrictions";
    private const string Senders = "smtpd_sender_restrictions";
    private const string Data = "smtpd_data_restrictions";
    private const string EndOfData = "smtpd_end_of_data_restrictions";
    private const string XClient = "smtpd_authorized_xclient_hosts";
    private const string Keywords = "smtpd_discard_ehlo_keywords";
    private const string KeywordMaps = "smtpd_discard_ehlo_keyword_address_maps";

    /// <summary>The parameter of the list that is asked at RCPT.</summary>
    public required string AtRecipient { get; init; }

    /// <summary>The parameter of the list that is asked before the message is taken.</summary>
    public required string AtData { get; init; }

    /// <summary>What the administrator has, by parameter; the entry's own option counts, else main.cf.</summary>
    public required Func<string, string> Theirs { get; init; }

    /// <summary>Keywords that are kept from every client anyway.</summary>
    public string DiscardedKeywords => Theirs(Keywords);

    /// <summary>Looks for lists that can take them.</summary>
    /// <param name="plan">What is asked of whom.</param>
    /// <param name="entry">The entry without what is ours; null = it will be an entry of our own.</param>
    /// <param name="main">main.cf without what is ours.</param>
    /// <param name="refuse">Gets what stands against it.</param>
    public static SenderPlacement Of(SenderPlan plan, MasterEntry? entry, MainCf main, Action<string> refuse)
    {
        if (plan.Restricts) CheckRestrictions(entry, main, refuse);
        if (plan.DividesOff) CheckKeywords(entry, main, refuse);
        if (Theirs(XClient).Length > 0)
            refuse($"{XClient} is set, and clients that it names can say of themselves that they have any address: sender groups would "
                + $"mean nothing. Give the entry -o {XClient}= (empty).");
        return new SenderPlacement
        {
            AtRecipient = Place(Clients, Senders),
            AtData = Place(Data, EndOfData),
            Theirs = Theirs,
        };

        // A trusted certificate can only be asked for with a "permit", which would end a list of the administrator's.
        string Place(string first, string second)
        {
            if (!plan.VerifiesSome || IsEmpty(first)) return first;
            if (!IsEmpty(second))
                refuse($"client certificates of a sender group can be verified only where {first} or {second} is empty, and both are set. "
                    + "Postfix ends a list of restrictions at a trusted certificate, so that yours behind it would not count. Put them "
                    + "into one of the two, or verify certificates on a listener of its own.");
            return second;
        }

        bool IsEmpty(string name) => Words.Of(Theirs(name)).Count == 0;

        string Theirs(string name) => entry?.Option(name) ?? main.Find(name) ?? "";
    }

    private static void CheckRestrictions(MasterEntry? entry, MainCf main, Action<string> refuse)
    {
        var delays = entry?.Option(Delay) ?? main.Find(Delay) ?? "yes";
        if (!delays.Equals("yes", StringComparison.OrdinalIgnoreCase))
            refuse($"{Delay} is {delays}, so that clients are judged before they can begin TLS. Set it to yes.");
        const string Soft = "soft_bounce";
        var isSoft = entry?.Option(Soft) ?? main.Find(Soft) ?? "no";
        if (!isSoft.Equals("no", StringComparison.OrdinalIgnoreCase))
            refuse($"{Soft} is {isSoft}, so that mail in clear text would be put off and not refused. Set it to no.");
    }

    private static void CheckKeywords(MasterEntry? entry, MainCf main, Action<string> refuse)
    {
        if ((entry?.Option(KeywordMaps) ?? main.Find(KeywordMaps)) is { Length: > 0 } maps)
            refuse($"{KeywordMaps} = {maps} stands against TLS off for some clients, which takes a map of its own there. Remove it.");
        var keywords = entry?.Option(Keywords) ?? main.Find(Keywords) ?? "";
        if (keywords.Contains('$', StringComparison.Ordinal))
            refuse($"{Keywords} = {keywords} refers to another parameter. Write the keywords.");
        if (Words.Of(keywords.ToLowerInvariant()).Contains("starttls"))
            refuse($"{Keywords} keeps STARTTLS from every client. Remove the keyword starttls.");
    }
}

using System.Net;
using Cluster.Contracts.Settings;
using Cluster.Domain.Settings;

namespace Cluster.Agent.Drivers.Postfix.Senders;

/// <summary>What a mail flow policy asks of the clients that meet it.</summary>
/// <param name="Policy">Its name.</param>
/// <param name="Tls">The TLS level.</param>
/// <param name="Verifies">Whether a client must show a certificate that leads to a trusted authority.</param>
/// <param name="List">The address list whose senders must use TLS; null = none.</param>
internal sealed record SenderDemand(string Policy, PolicyTls Tls, bool Verifies, string? List)
{
    /// <summary>Takes from a policy what a client notices of it.</summary>
    public static SenderDemand Of(string name, MailFlowPolicy policy) =>
        new(name, policy.Tls, policy.VerifyClientCertificate is true, policy.TlsMandatoryFor);
}

/// <summary>One sender of a listener, with what its group asks.</summary>
/// <param name="Entry">The sender.</param>
/// <param name="Demand">What is asked of clients that it is the first to match.</param>
internal sealed record SenderRule(HatEntry Entry, SenderDemand Demand)
{
    /// <summary>The clients that it is about.</summary>
    public SenderMatch Match => Entry.Match;
}

/// <summary>What a listener asks of whom, where that is not the same of everybody, or not of a whole session.</summary>
internal sealed class SenderPlan
{
    // A plan of ten thousand senders is asked the same more than once.
    private IReadOnlyList<SenderDemand>? all;
    private IReadOnlyList<SenderSample>? samples;
    private List<string>? listNames;

    /// <summary>The senders in order: the first that matches decides.</summary>
    public required IReadOnlyList<SenderRule> Rules { get; init; }

    /// <summary>What is asked of whoever no sender matches.</summary>
    public required SenderDemand Default { get; init; }

    /// <summary>The addresses of each list that is named.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<string>> Lists { get; init; }

    /// <summary>Whether TLS is required of everybody, so that the level of the listener does it.</summary>
    public required bool IsRequiredOfAll { get; init; }

    /// <summary>Whether some clients must show a certificate.</summary>
    public bool VerifiesSome => All.Any(d => d.Verifies);

    /// <summary>Whether TLS is off for some clients and not for others.</summary>
    public bool DividesOff => All.Any(d => d.Tls == PolicyTls.Off) && All.Any(d => d.Tls != PolicyTls.Off);

    /// <summary>Whether anything is asked that the level of the listener does not.</summary>
    public bool Restricts => All.Any(d => RestrictionOf(d).Length > 0);

    /// <summary>Everything that a client can meet.</summary>
    public IReadOnlyList<SenderDemand> All => all ??= [.. Rules.Select(r => r.Demand).Append(Default).Distinct()];

    /// <summary>Clients that stand for those of whom the same is asked.</summary>
    public IReadOnlyList<SenderSample> Samples => samples ??= SenderSample.Of(this);

    /// <summary>
    /// What is asked of a client, by going through the senders as they are written: nothing of how they are rendered.
    /// </summary>
    /// <param name="address">Its address.</param>
    /// <param name="name">Its verified name in lower case; null = it has none.</param>
    public SenderDemand Of(IPAddress address, string? name) =>
        FirstOf(address, name)?.Demand ?? Default;

    /// <summary>The sender that a client is the first to match; null = none.</summary>
    /// <param name="address">Its address.</param>
    /// <param name="name">Its verified name in lower case; null = it has none.</param>
    public SenderRule? FirstOf(IPAddress address, string? name) => Rules.FirstOrDefault(r => r.Match.Matches(address, name));

    /// <summary>The end of the name of the restriction class that asks it; empty = the level of the listener does.</summary>
    public string RestrictionOf(SenderDemand demand)
    {
        if (demand.Verifies) return "verified";
        if (demand.Tls == PolicyTls.Required) return IsRequiredOfAll ? "" : "required";
        return demand.List is { } list ? $"list_{ListNames.IndexOf(list) + 1}" : "";
    }

    private List<string> ListNames => listNames ??= [.. Lists.Keys.Order(StringComparer.Ordinal)];
}

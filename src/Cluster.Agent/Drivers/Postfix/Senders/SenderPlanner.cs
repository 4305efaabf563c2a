using Cluster.Agent.Drivers.Refusals;
using Cluster.Contracts.Bundles;
using Cluster.Contracts.Settings;
using Cluster.Domain.Settings;

namespace Cluster.Agent.Drivers.Postfix.Senders;

/// <summary>Reads what a listener asks of whom, and says what Postfix cannot tell apart.</summary>
internal sealed class SenderPlanner(ItemName item, Listener listener, ServicePart part, List<PartProblem> problems)
{
    private readonly IReadOnlyDictionary<string, MailFlowPolicy> policies = part.All<MailFlowPolicy>();

    /// <summary>The names of the policies that clients can meet.</summary>
    public IReadOnlyList<string> Names
    {
        get
        {
            var groups = listener.SenderGroups ?? [];
            var catchesAll = groups.Any(g => g.Senders.Contains(SenderSyntax.All));
            return [.. groups.Select(g => g.Policy).Concat(catchesAll ? [] : [listener.DefaultPolicy]).Distinct(StringComparer.Ordinal)];
        }
    }

    /// <summary>Says what is asked of whom.</summary>
    /// <returns>Null where one level for the whole listener says everything.</returns>
    public SenderPlan? Plan()
    {
        var demands = Names.ToDictionary(n => n, n => SenderDemand.Of(n, policies[n]), StringComparer.Ordinal);
        var entries = HatEntry.Of(listener);
        if (entries.Count < (listener.SenderGroups ?? []).Sum(g => g.Senders.Count))
            problems.Add(PartProblem.Invalid(item, $"Listener {item.Name} has a sender that cannot be read."));
        var all = entries.FirstOrDefault(e => e.Match.IsEverybody);
        var plan = new SenderPlan
        {
            Rules = [.. entries.TakeWhile(e => !e.Match.IsEverybody).Select(e => new SenderRule(e, demands[e.Group.Policy]))],
            Default = demands[all?.Group.Policy ?? listener.DefaultPolicy],
            Lists = ListsOf(demands.Values),
            IsRequiredOfAll = demands.Values.All(d => d.Tls == PolicyTls.Required),
        };
        if (plan.DividesOff) RefuseOffByName(plan);
        return plan.DividesOff || (plan.Restricts && !demands.Values.All(d => d.Verifies)) ? plan : null;
    }

    private Dictionary<string, IReadOnlyList<string>> ListsOf(IEnumerable<SenderDemand> demands)
    {
        var lists = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var name in demands.Select(d => d.List).OfType<string>().Distinct(StringComparer.Ordinal))
        {
            if (part.All<AddressList>().GetValueOrDefault(name) is { } list) lists[name] = list.Addresses;
            else problems.Add(PartProblem.Invalid(item, $"Listener {item.Name}: address list {name} is not in the part."));
        }

        return lists;
    }

    // STARTTLS is kept from clients by address only: a name may not decide between off and anything else.
    private void RefuseOffByName(SenderPlan plan)
    {
        var isOffBehind = plan.Default.Tls == PolicyTls.Off;
        var differsBehind = false;
        for (var i = plan.Rules.Count - 1; i >= 0; i--)
        {
            var rule = plan.Rules[i];
            var isOff = rule.Demand.Tls == PolicyTls.Off;
            if (rule.Match.IsByName && (differsBehind || isOff != isOffBehind))
            {
                problems.Add(PartProblem.Unsupported(
                    item,
                    $"Listener {item.Name}: sender {rule.Entry.Sender} of group {rule.Entry.Group.Name} is a host name, and whether TLS is "
                        + $"off would depend on it. Postfix can keep STARTTLS from clients by their address only "
                        + "(smtpd_discard_ehlo_keyword_address_maps): write addresses, or put the group behind those with TLS off."));
                return;
            }

            differsBehind |= isOff != isOffBehind;
        }
    }
}

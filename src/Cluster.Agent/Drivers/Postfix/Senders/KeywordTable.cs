using System.Text;
using Cluster.Contracts.Settings;

namespace Cluster.Agent.Drivers.Postfix.Senders;

/// <summary>The table of EHLO keywords that are kept from clients, by address: STARTTLS from those with TLS off.</summary>
internal static class KeywordTable
{
    // A keyword of Postfix's own, which says that nothing is logged; a row must say something.
    private const string Silently = "silent-discard";

    /// <summary>Renders it.</summary>
    /// <param name="plan">What is asked of whom; names play no role in whether TLS is off.</param>
    /// <param name="kept">Keywords that are kept from every client anyway: what a row says counts instead of them.</param>
    public static string Text(SenderPlan plan, string kept)
    {
        var text = new StringBuilder();
        foreach (var rule in plan.Rules)
        {
            if (rule.Match.Addresses is not { } range) continue;
            foreach (var network in range.Networks()) text.Append(network).Append(' ').Append(Keywords(rule.Demand, kept)).Append('\n');
        }

        var rest = Keywords(plan.Default, kept);
        return text.Append($"0.0.0.0/0 {rest}\n::/0 {rest}\n").ToString();
    }

    /// <summary>What is kept from clients of whom that is asked.</summary>
    public static string Keywords(SenderDemand demand, string kept)
    {
        if (demand.Tls != PolicyTls.Off) return kept.Length > 0 ? kept : Silently;
        return kept.Length > 0 ? $"{Silently}, starttls, {kept}" : $"{Silently}, starttls";
    }
}

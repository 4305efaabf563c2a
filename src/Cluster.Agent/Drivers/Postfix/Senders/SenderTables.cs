using System.Text;
using Cluster.Domain.Settings;

namespace Cluster.Agent.Drivers.Postfix.Senders;

/// <summary>
/// The look-ups that find out which sender a client is the first to match, as Postfix does them: runs of addresses are <c>cidr:</c>
/// tables, runs of names are <c>regexp:</c> tables, and what a table does not match goes on to the next. None of them permits anything, so
/// that whatever stands behind them in a list of restrictions still counts.
/// </summary>
internal sealed class SenderTables
{
    /// <summary>
    /// Most tables one behind the other: Postfix gives up after a hundred access maps that lead to another one, those of the administrator
    /// included.
    /// </summary>
    public const int MostRuns = 40;

    private const string Nothing = "DUNNO";
    private readonly SenderPlan plan;
    private readonly string key;
    private readonly List<List<SenderRule>> runs;

    /// <summary>Renders.</summary>
    /// <param name="plan">What is asked of whom.</param>
    /// <param name="key">The listener.</param>
    public SenderTables(SenderPlan plan, string key)
    {
        (this.plan, this.key) = (plan, key);
        runs = Runs();
    }

    /// <summary>How many tables stand one behind the other.</summary>
    public int Count => runs.Count;

    /// <summary>What goes into a list of restrictions.</summary>
    public string Root => runs.Count > 0 ? Lookup(0) : ClassOf(plan.Default);

    /// <summary>The restriction classes and what they are, in main.cf's words.</summary>
    public IEnumerable<KeyValuePair<string, string>> Classes
    {
        get
        {
            foreach (var ending in plan.All.Select(plan.RestrictionOf).Where(r => r.Length > 0).Distinct(StringComparer.Ordinal))
                yield return KeyValuePair.Create(PostfixNames.SenderClass(key, ending), Meaning(ending));
            for (var i = 1; i < runs.Count; i++)
                yield return KeyValuePair.Create(PostfixNames.SenderClass(key, $"next_{i + 1}"), Lookup(i));
        }
    }

    /// <summary>The tables as files of the generation.</summary>
    public IEnumerable<KeyValuePair<string, byte[]>> Files
    {
        get
        {
            for (var i = 0; i < runs.Count; i++)
                yield return KeyValuePair.Create(PostfixNames.SenderTable(key, i + 1), Encoding.ASCII.GetBytes(Text(i)));
            foreach (var list in plan.Lists)
            {
                var tables = AddressTables.Of(list.Value);
                var ending = EndingOf(list.Key);
                yield return KeyValuePair.Create(PostfixNames.AddressTable(key, ending), Encoding.UTF8.GetBytes(tables.Keys));
                yield return KeyValuePair.Create(PostfixNames.AddressPatterns(key, ending), Encoding.UTF8.GetBytes(tables.Patterns));
            }
        }
    }

    /// <summary>The type of a table.</summary>
    /// <param name="number">Which, from 1.</param>
    public string TypeOf(int number) => runs[number - 1][0].Match.IsByName ? "regexp" : "cidr";

    /// <summary>What the last look-up answers for a client: the class that asks what is asked of it.</summary>
    public string AnswerOf(SenderDemand demand) => ClassOf(demand);

    private string EndingOf(string list) => plan.RestrictionOf(new SenderDemand("", Contracts.Settings.PolicyTls.Preferred, false, list));

    private string ClassOf(SenderDemand demand) =>
        plan.RestrictionOf(demand) is { Length: > 0 } ending ? PostfixNames.SenderClass(key, ending) : Nothing;

    private string Meaning(string ending) => ending switch
    {
        "required" => "reject_plaintext_session",
        "verified" => "reject_plaintext_session, permit_tls_all_clientcerts, reject",
        _ => $"check_sender_access texthash:{PostfixNames.InGeneration(PostfixNames.AddressTable(key, ending))}, "
            + $"check_sender_access regexp:{PostfixNames.InGeneration(PostfixNames.AddressPatterns(key, ending))}",
    };

    private string Lookup(int run) =>
        $"check_client_access {TypeOf(run + 1)}:{PostfixNames.InGeneration(PostfixNames.SenderTable(key, run + 1))}";

    private string Text(int run)
    {
        var text = new StringBuilder();
        foreach (var rule in runs[run])
        {
            var answer = ClassOf(rule.Demand);
            if (rule.Match.Addresses is { } range)
            {
                foreach (var network in range.Networks()) text.Append(network).Append(' ').Append(answer).Append('\n');
            }
            else
            {
                text.Append(rule.Match.IsUnderName ? "/\\." : "/^")
                    .Append(rule.Match.Name.Replace(".", "\\.", StringComparison.Ordinal))
                    .Append("$/ ").Append(answer).Append('\n');
            }
        }

        var rest = run + 1 < runs.Count ? PostfixNames.SenderClass(key, $"next_{run + 2}") : ClassOf(plan.Default);
        return text.Append(runs[run][0].Match.IsByName ? $"/^/ {rest}\n" : $"0.0.0.0/0 {rest}\n::/0 {rest}\n").ToString();
    }

    // A rule may change places with whatever asks the same: so it joins the run before the last where that is of its kind.
    private List<List<SenderRule>> Runs()
    {
        var kept = plan.Rules.ToList();
        while (kept.Count > 0 && ClassOf(kept[^1].Demand) == ClassOf(plan.Default)) kept.RemoveAt(kept.Count - 1);
        var result = new List<List<SenderRule>>();
        string? uniform = null;
        foreach (var rule in kept)
        {
            var answer = ClassOf(rule.Demand);
            if (result.Count > 0 && result[^1][0].Match.IsByName == rule.Match.IsByName)
            {
                result[^1].Add(rule);
                if (uniform != answer) uniform = "";
            }
            else if (result.Count > 1 && uniform == answer)
            {
                result[^2].Add(rule);
            }
            else
            {
                result.Add([rule]);
                uniform = answer;
            }
        }

        return result;
    }
}

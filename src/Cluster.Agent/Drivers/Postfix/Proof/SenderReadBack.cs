using Cluster.Agent.Drivers.Generations;
using Cluster.Agent.Drivers.Postfix.Control;
using Cluster.Agent.Drivers.Postfix.Files;
using Cluster.Agent.Drivers.Postfix.Rendering;
using Cluster.Agent.Drivers.Postfix.Senders;
using Cluster.Contracts.Machines;

namespace Cluster.Agent.Drivers.Postfix.Proof;

/// <summary>
/// Reads back what a listener asks of clients that cannot be played from this host: the options of its entry as Postfix has them, and
/// what Postfix finds in the tables for one client of each kind.
/// </summary>
internal sealed class SenderReadBack(PostfixCommands commands, string directory, GenerationStore<PostfixManifest> store)
{
    /// <summary>What Postfix has otherwise than the generation says; null = nothing.</summary>
    public async Task<ApplyFailure?> ProveAsync(
        IReadOnlyList<ListenerPlan> plans, LiveFiles live, PostfixManifest manifest, CancellationToken ct)
    {
        foreach (var plan in plans.Where(p => p.Senders is not null))
        {
            if (await OptionsAsync(plan, live, ct) is { } wrong) return wrong;
            if (plan.Senders!.Restricts && await AnswersAsync(plan, manifest, ct) is { } answer) return answer;
            if (plan.Senders.DividesOff && await KeywordsAsync(plan, manifest, ct) is { } keyword) return keyword;
        }

        return null;
    }

    private async Task<ApplyFailure?> OptionsAsync(ListenerPlan plan, LiveFiles live, CancellationToken ct)
    {
        var master = live.Master.WithoutOurs();
        var entry = MasterCfEdit.Find(live.Master, plan.EndPoint);
        if (entry is null) return NotLoaded(plan, "master.cf has no entry for it.");
        var placement = MasterCfEdit.PlacementOf(MasterCfEdit.Find(master, plan.EndPoint), live.Administrator, plan, []);
        var wanted = ListenerOptions.Of(plan, placement).ToArray();
        var names = wanted.Select(o => $"{entry.Service}/{entry.Type}/{o.Parameter}").ToArray();
        var seen = await commands.ParametersAsync(directory, ["-P", .. names], expand: false, ct);
        for (var i = 0; i < wanted.Length; i++)
        {
            // Of options in an odd form the daemon sees others than postconf reports.
            var (asked, own) = ("$" + wanted[i].Name, entry.Option(wanted[i].Parameter));
            var found = own == asked ? seen.GetValueOrDefault(names[i]) : own;
            if (found != asked)
                return NotLoaded(plan, $"Postfix has {wanted[i].Parameter} = {found ?? "(nothing)"} instead of {asked}.");
        }

        return null;
    }

    // As Postfix does: from table to table, until the answer leads to no other one.
    private async Task<ApplyFailure?> AnswersAsync(ListenerPlan plan, PostfixManifest manifest, CancellationToken ct)
    {
        var tables = new SenderTables(plan.Senders!, plan.Key);
        var open = plan.Senders!.Samples.Where(s => s.From.Length == 0).ToList();
        for (var number = 1; number <= tables.Count && open.Count > 0; number++)
        {
            var (type, next) = (tables.TypeOf(number), PostfixNames.SenderClass(plan.Key, $"next_{number + 1}"));
            var table = $"{type}:{store.PathOf(manifest.Number, PostfixNames.SenderTable(plan.Key, number))}";
            var answers = await commands.QueryAsync(directory, table, open.Select(s => KeyOf(s, type)).Distinct(), ct);
            if (!answers.Succeeded) return answers.Failure;
            var further = new List<SenderSample>();
            foreach (var sample in open)
            {
                var found = answers.Value.GetValueOrDefault(KeyOf(sample, type));
                if (found == next) further.Add(sample);
                else if (found != tables.AnswerOf(sample.Demand))
                    return NotLoaded(plan, $"Postfix finds {found ?? "nothing"} for a client with {sample.XClient}, whose policy is "
                        + $"{sample.Demand.Policy}.");
            }

            open = further;
        }

        return null;
    }

    private async Task<ApplyFailure?> KeywordsAsync(ListenerPlan plan, PostfixManifest manifest, CancellationToken ct)
    {
        var samples = plan.Senders!.Samples.Where(s => s.From.Length == 0 && s.Name is null).ToList();
        var table = "cidr:" + store.PathOf(manifest.Number, PostfixNames.KeywordFile(plan.Key));
        var answers = await commands.QueryAsync(directory, table, samples.Select(s => s.Address.ToString()), ct);
        if (!answers.Succeeded) return answers.Failure;
        foreach (var sample in samples)
        {
            var found = answers.Value.GetValueOrDefault(sample.Address.ToString()) ?? "";
            if (found.Contains("starttls", StringComparison.Ordinal) != (sample.Demand.Tls == Contracts.Settings.PolicyTls.Off))
                return NotLoaded(
                    plan, $"Postfix keeps \"{found}\" from a client with {sample.XClient}, whose policy is {sample.Demand.Policy}.");
        }

        return null;
    }

    private static string KeyOf(SenderSample sample, string type) =>
        type == "cidr" ? sample.Address.ToString() : sample.Name ?? "unknown";

    private static ApplyFailure NotLoaded(ListenerPlan plan, string what) =>
        ApplyFailure.Final(ApplyCodes.NotLoaded, "probe", $"Listener {plan.Name}: {what}");
}

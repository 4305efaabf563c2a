using Cluster.Agent.Configuration;
using Cluster.Agent.Drivers.Generations;
using Cluster.Agent.Drivers.Postfix.ClientCertificates;
using Cluster.Agent.Drivers.Postfix.Files;
using Cluster.Agent.Drivers.Postfix.Rendering;
using Cluster.Agent.Drivers.Postfix.Senders;
using Cluster.Agent.Drivers.Refusals;
using Cluster.Contracts.Settings;

namespace Cluster.Agent.Drivers.Postfix.Observation;

/// <summary>Compares what stands with what was applied.</summary>
internal sealed class DriftReader(LocalService service, string directory, GenerationStore<PostfixManifest> store)
{
    /// <summary>Everything that differs and is ours.</summary>
    public IReadOnlyList<ServiceDrift> Read()
    {
        var live = LiveFiles.Read(directory, store);
        if (live.Applied is not { } manifest) return [];
        var drift = new List<ServiceDrift>();
        var main = Path.Combine(directory, "main.cf");
        var items = new DriftItems(manifest);
        foreach (var (name, value) in manifest.Parameters)
        {
            var found = live.Main.Find(name);
            if (found == value) continue;
            drift.Add(new ServiceDrift($"{main}#{name}", $"is {Shown(found)}, applied was {Shown(value)}")
            {
                Sides = new DifferenceSides { Intended = Shown(value), OnDisk = Shown(found) }.Of(items.OfParameter(name, value)),
            });
        }

        if (live.Generation != manifest.Number)
            drift.Add(new ServiceDrift($"{main}#{PostfixNames.Generation}", $"does not name generation {manifest.Number}"));
        drift.AddRange(store.Drift(manifest, items.OfFile));
        AddLines(manifest, live, drift);
        return drift;
    }

    private void AddLines(PostfixManifest manifest, LiveFiles live, List<ServiceDrift> drift)
    {
        var problems = new List<PartProblem>();
        var plans = ListenerPlanner.Plan(manifest.Part, service, problems);
        var wanted = TransportEdit.Make(
            MasterCfEdit.Make(live.Master, live.Administrator, plans, problems), manifest.Transports ?? new Dictionary<string, string>());
        var master = Path.Combine(directory, "master.cf");
        if (wanted.ToString() != live.MasterText)
            drift.Add(new ServiceDrift(master, "lacks lines of the applied settings, or has more of them"));
        // What is refused for it already is no difference from what was applied.
        problems.RemoveAll(p => p.Items.Count > 0 && p.Items.All(i => manifest.IsRefused(i.Kind, i.Name)));
        drift.AddRange(problems.Select(p => new ServiceDrift(master, p.Message)
        {
            Sides = p.Items is [var only] ? new DifferenceSides { OnDisk = p.Message }.Of(only) : null,
        }));
        foreach (var plan in plans.Where(p => p.Senders is not null)) AddRestrictions(plan, manifest, live, drift);
    }

    // Their restrictions stand behind ours as they were when they were applied.
    private void AddRestrictions(ListenerPlan plan, PostfixManifest manifest, LiveFiles live, List<ServiceDrift> drift)
    {
        var entry = MasterCfEdit.Find(live.Master.WithoutOurs(), plan.EndPoint);
        if (MasterCfEdit.PlacementOf(entry, live.Administrator, plan, []) is not { } placement) return;
        var wanted = SenderSettings.Of(plan.Senders!, plan.Key, placement).Parameters;
        foreach (var (name, value) in wanted.Where(w => manifest.Parameters.GetValueOrDefault(w.Key) != w.Value))
        {
            drift.Add(new ServiceDrift(
                $"{Path.Combine(directory, "main.cf")}#{name}",
                $"holds {Shown(manifest.Parameters.GetValueOrDefault(name))}, as was applied for listener {plan.Name}; with your "
                    + $"restrictions as they are now it would be {value}. Until the settings are applied anew, those of before count "
                    + "there.")
            {
                Sides = new DifferenceSides { Intended = value, OnDisk = Shown(manifest.Parameters.GetValueOrDefault(name)) }
                    .Of(new ItemName(Listener.Kind, plan.Name)),
            });
        }
    }

    private static string Shown(string? value) => value switch
    {
        null => "not set",
        "" => "empty",
        _ => value,
    };
}

using Cluster.Agent.Configuration;
using Cluster.Agent.Drivers.Postfix.Files;
using Cluster.Agent.Drivers.Postfix.Generations;
using Cluster.Agent.Drivers.Postfix.Rendering;

namespace Cluster.Agent.Drivers.Postfix.Observation;

/// <summary>Compares what stands with what was applied.</summary>
internal sealed class DriftReader(LocalService service, GenerationStore store)
{
    /// <summary>Everything that differs and is ours.</summary>
    public IReadOnlyList<ServiceDrift> Read()
    {
        var live = LiveFiles.Read(service.ConfigDirectory, store);
        if (live.Applied is not { } manifest) return [];
        var drift = new List<ServiceDrift>();
        var main = Path.Combine(service.ConfigDirectory, "main.cf");
        foreach (var (name, value) in manifest.Parameters)
        {
            var found = live.Main.Find(name);
            if (found != value) drift.Add(new ServiceDrift($"{main}#{name}", $"is {Shown(found)}, applied was {Shown(value)}"));
        }

        if (live.Generation != manifest.Number)
            drift.Add(new ServiceDrift($"{main}#{PostfixNames.Generation}", $"does not name generation {manifest.Number}"));
        drift.AddRange(store.Damaged(manifest).Select(f => new ServiceDrift(Path.Combine(store.PathOf(manifest.Number), f), "is not as it was written")));
        AddLines(manifest, live, drift);
        return drift;
    }

    private void AddLines(Manifest manifest, LiveFiles live, List<ServiceDrift> drift)
    {
        var problems = new List<PartProblem>();
        var plans = ListenerRules.Plan(manifest.Part, service, problems);
        var wanted = MasterCfEdit.Make(live.Master, plans, problems);
        var master = Path.Combine(service.ConfigDirectory, "master.cf");
        if (wanted.ToString() != live.MasterText) drift.Add(new ServiceDrift(master, "lacks lines of the applied listeners, or has more of them"));
        drift.AddRange(problems.Select(p => new ServiceDrift(master, p.Message)));
    }

    private static string Shown(string? value) => value is null ? "not set" : value.Length == 0 ? "empty" : value;
}

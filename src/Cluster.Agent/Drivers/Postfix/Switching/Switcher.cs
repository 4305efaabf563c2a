using Cluster.Agent.Configuration;
using Cluster.Agent.Drivers.Generations;
using Cluster.Agent.Drivers.Postfix.ClientCertificates;
using Cluster.Agent.Drivers.Postfix.Files;
using Cluster.Agent.Drivers.Postfix.Rendering;
using Cluster.Agent.Drivers.Postfix.Staging;
using Cluster.Agent.Drivers.Refusals;
using Cluster.Contracts.Machines;

namespace Cluster.Agent.Drivers.Postfix.Switching;

/// <summary>
/// Renames the live files in an order in which each state in between is whole: a listener's line is never there without the values
/// that it names. Both directions look at what stands and may be repeated after a kill at any point.
/// </summary>
internal sealed class Switcher(LocalService service, string directory, GenerationStore<PostfixManifest> store)
{
    /// <summary>The renames that are left to do, in order; each is a whole state.</summary>
    public Attempt<IReadOnlyList<SwitchStep>> Forward(PostfixManifest manifest)
    {
        var live = LiveFiles.Read(directory, store);
        var (main, master) = (live.MainHash, live.MasterHash);
        if ((main != manifest.Main.Before && main != manifest.Main.After && main != manifest.Main.Between)
            || (master != manifest.Master.Before && master != manifest.Master.After))
        {
            return ApplyFailure.Transient(
                ApplyCodes.FilesChanged,
                "switch",
                "main.cf or master.cf was changed by somebody else after it was read; nothing was switched. "
                    + "It is tried again with the new text.");
        }

        var steps = new List<SwitchStep>();
        if (master != manifest.Master.After)
        {
            var defining = manifest.Main.Between ?? manifest.Main.After;
            if (main != defining)
                steps.Add(new SwitchStep("main.cf", manifest.Main.Between is null ? StagedFiles.MainAfter : StagedFiles.MainBetween));
            steps.Add(new SwitchStep("master.cf", StagedFiles.MasterAfter));
            main = defining;
        }

        if (main != manifest.Main.After) steps.Add(new SwitchStep("main.cf", StagedFiles.MainAfter));
        return steps;
    }

    /// <summary>The renames that lead back, in order.</summary>
    public IReadOnlyList<SwitchStep>? Backward(PostfixManifest manifest)
    {
        var live = LiveFiles.Read(directory, store);
        var (main, master) = (live.MainHash, live.MasterHash);
        var known = (main == manifest.Main.Before || main == manifest.Main.After || main == manifest.Main.Between)
            && (master == manifest.Master.Before || master == manifest.Master.After);
        if (!known) return null;
        var steps = new List<SwitchStep>();
        if (master != manifest.Master.Before)
        {
            if (manifest.Main.Between is { } between && main != between) steps.Add(new SwitchStep("main.cf", StagedFiles.MainBetween));
            if (manifest.Main.Between is not null) main = manifest.Main.Between;
            steps.Add(new SwitchStep("master.cf", StagedFiles.MasterBefore));
        }

        if (main != manifest.Main.Before) steps.Add(new SwitchStep("main.cf", StagedFiles.MainBefore));
        return steps;
    }

    /// <summary>Does one rename.</summary>
    public void Do(int generation, SwitchStep step) => LiveFiles.Replace(directory, step.File, store.Read(generation, step.Source));

    /// <summary>Leads back, whatever stands.</summary>
    public void Restore(PostfixManifest manifest)
    {
        LiveFiles.Sweep(directory);
        if (Backward(manifest) is { } steps) foreach (var step in steps) Do(manifest.Number, step);
        else RestoreOwn(manifest);
    }

    /// <summary>
    /// After a return to files without our short throttle: adds it, until daemons that are still dying of what failed are gone.
    /// </summary>
    /// <returns>The text of main.cf without it; null when nothing was added.</returns>
    public string? KeepThrottle(PostfixManifest manifest)
    {
        var live = LiveFiles.Read(directory, store);
        if (manifest.Parameters.GetValueOrDefault(PostfixNames.Throttle) is not { } ours || live.Main.Find(PostfixNames.Throttle) == ours)
            return null;
        LiveFiles.Replace(directory, "main.cf", LogicalLines.Bytes.GetBytes(live.Main.With(PostfixNames.Throttle, ours).ToString()));
        return live.MainText;
    }

    /// <summary>Takes away what <see cref="KeepThrottle"/> added; an edit made meanwhile stays.</summary>
    public void EndThrottle(PostfixManifest manifest, string without)
    {
        var with = MainCf.Parse(without).With(PostfixNames.Throttle, manifest.Parameters[PostfixNames.Throttle]).ToString();
        if (LiveFiles.Read(directory, store).MainText == with)
            LiveFiles.Replace(directory, "main.cf", LogicalLines.Bytes.GetBytes(without));
        else Restore(manifest);
    }

    /// <summary>Restores although somebody edited the files after the switch: only what is ours is changed in them.</summary>
    public void RestoreOwn(PostfixManifest manifest)
    {
        var live = LiveFiles.Read(directory, store);
        var previous = store.Find(manifest.Previous);
        var wanted = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in previous?.Parameters ?? new Dictionary<string, string>()) wanted[name] = value;
        if (previous is not null) wanted[PostfixNames.Generation] = store.PathOf(previous.Number);
        var main = MainCfEdit.Make(live.Main, manifest.Originals, wanted).Result;
        var problems = new List<PartProblem>();
        var plans = previous is null ? [] : ListenerPlanner.Plan(previous.Part, service, problems);
        var master = TransportEdit.Make(
            MasterCfEdit.Make(live.Master, live.Administrator, plans, problems), previous?.Transports ?? new Dictionary<string, string>());

        // The union defines what either master.cf names.
        var union =
            manifest.Parameters.Where(p => p.Key.StartsWith(PostfixNames.Prefix, StringComparison.Ordinal) && main.Find(p.Key) is null)
                .Aggregate(
                main, (m, p) => m.With(
                    p.Key, p.Value.Replace("$" + PostfixNames.Generation, store.PathOf(manifest.Number), StringComparison.Ordinal)));
        LiveFiles.Replace(directory, "main.cf", LogicalLines.Bytes.GetBytes(union.ToString()));
        LiveFiles.Replace(directory, "master.cf", LogicalLines.Bytes.GetBytes(master.ToString()));
        LiveFiles.Replace(directory, "main.cf", LogicalLines.Bytes.GetBytes(main.ToString()));
    }
}

/// <summary>One rename.</summary>
/// <param name="File">The live file.</param>
/// <param name="Source">The file of the generation that replaces it.</param>
internal sealed record SwitchStep(string File, string Source);

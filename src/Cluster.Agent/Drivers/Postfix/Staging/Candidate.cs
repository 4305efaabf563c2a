using Cluster.Agent.Drivers.Postfix.Files;
using Cluster.Agent.Drivers.Postfix.Generations;
using Cluster.Agent.Drivers.Postfix.Rendering;

namespace Cluster.Agent.Drivers.Postfix.Staging;

/// <summary>A rendered state with the live files as they would become; nothing is written.</summary>
internal sealed record Candidate(LiveFiles Live, RenderedState State) : IDisposable
{
    /// <summary>Number that its generation has, or would get.</summary>
    public required int Number { get; init; }

    /// <summary>main.cf as it would be.</summary>
    public required MainCfEdit Main { get; init; }

    /// <summary>master.cf as it would be.</summary>
    public required MasterCf Master { get; init; }

    /// <summary>main.cf in between, when listeners leave master.cf: it still defines their values, from the generation before.</summary>
    public required MainCf? Between { get; init; }

    /// <summary>False when the live state is already this one.</summary>
    public required bool Changed { get; init; }

    /// <summary>Makes it.</summary>
    public static Attempt<Candidate> Make(LiveFiles live, RenderedState state, GenerationStore store)
    {
        var problems = new List<PartProblem>();
        var master = MasterCfEdit.Make(live.Master, state.Listeners, problems);
        if (problems.Count > 0) return PartProblem.Failure(problems);
        var same = live.Manifest is { } manifest && IsWhole(manifest, state, store)
            ? MakeFor(live, state, master, store, live.Generation, changed: false)
            : null;
        if (same is not null && same.Main.Result.ToString() == live.MainText && same.Master.ToString() == live.MasterText) return same;
        if (state.IsEmpty && live.Manifest is null && MakeFor(live, state, master, store, number: 0, changed: false) is var none && none.Main.Result.ToString() == live.MainText && master.ToString() == live.MasterText)
            return none;
        return MakeFor(live, state, master, store, store.Next(), changed: true);
    }

    /// <inheritdoc/>
    public void Dispose() => State.Dispose();

    private static Candidate MakeFor(LiveFiles live, RenderedState state, MasterCf master, GenerationStore store, int number, bool changed)
    {
        var wanted = new SortedDictionary<string, string>(state.Parameters.ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal);
        if (wanted.Count > 0) wanted[PostfixNames.Generation] = store.PathOf(number);
        var main = MainCfEdit.Make(live.Main, live.Originals, wanted);
        return new Candidate(live, state) { Number = number, Main = main, Master = master, Between = MakeBetween(live, main.Result, store), Changed = changed };
    }

    private static MainCf? MakeBetween(LiveFiles live, MainCf after, GenerationStore store)
    {
        if (live.Manifest is not { } manifest) return null;
        var leaving = manifest.Parameters.Where(p => p.Key.StartsWith(PostfixNames.Prefix, StringComparison.Ordinal) && after.Find(p.Key) is null).ToArray();
        if (leaving.Length == 0) return null;
        var old = store.PathOf(manifest.Number);
        return leaving.Where(p => p.Key != PostfixNames.Generation).Aggregate(
            after, (main, p) => main.With(p.Key, p.Value.Replace("$" + PostfixNames.Generation, old, StringComparison.Ordinal)));
    }

    private static bool IsWhole(Manifest manifest, RenderedState state, GenerationStore store)
    {
        var hashes = state.FileHashes;
        return manifest.Files.Count == hashes.Count && hashes.All(h => manifest.Files.GetValueOrDefault(h.Key) == h.Value) && store.Damaged(manifest).Count == 0;
    }
}

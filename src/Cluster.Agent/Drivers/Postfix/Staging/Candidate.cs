using System.Text;
using Cluster.Agent.Drivers.Generations;
using Cluster.Agent.Drivers.Postfix.Files;
using Cluster.Agent.Drivers.Postfix.Rendering;

namespace Cluster.Agent.Drivers.Postfix.Staging;

/// <summary>A rendered state with the live files as they would become; nothing is written.</summary>
internal sealed record Candidate(LiveFiles Live, RenderedState State) : IDisposable
{
    private const string Maps = "transport_maps";

    /// <summary>What of the wanted settings is not in it.</summary>
    public required IReadOnlyList<RefusedItem> Refused { get; init; }

    /// <summary>Number that its generation has, or would get.</summary>
    public required int Number { get; init; }

    /// <summary>main.cf as it would be.</summary>
    public required MainCfEdit Main { get; init; }

    /// <summary>master.cf as it would be.</summary>
    public required MasterCf Master { get; init; }

    /// <summary>main.cf in between, when listeners leave master.cf: it still defines their values, from the generation before.</summary>
    public required MainCf? Between { get; init; }

    /// <summary>
    /// The routes to transports of ours while master.cf changes: only those that stay as they are, so that no route names a transport that
    /// is not there; null = they do not change with it.
    /// </summary>
    public string? RoutesBetween { get; private init; }

    /// <summary>False when the live state is already this one.</summary>
    public required bool Changed { get; init; }

    /// <summary>Whether everything is refused on a host where nothing is applied.</summary>
    public bool IsNothingTaken => State.IsEmpty && Refused.Count > 0 && Live.Applied is null;

    public static Candidate Make(
        LiveFiles live, RenderedState state, IReadOnlyList<RefusedItem> refused, GenerationStore<PostfixManifest> store)
    {
        if (live.Manifest is { } manifest && IsWhole(manifest, state, store))
        {
            var same = MakeFor(live, state, refused, store, live.Generation, changed: false);
            if (same.IsLive) return same;
        }

        if (state.IsEmpty && refused.Count == 0 && live.Manifest is null)
        {
            var none = MakeFor(live, state, refused, store, number: 0, changed: false);
            if (none.IsLive) return none;
        }

        return MakeFor(live, state, refused, store, store.Next(), changed: true);
    }

    /// <inheritdoc/>
    public void Dispose() => State.Dispose();

    private bool IsLive => Main.Result.ToString() == Live.MainText && Master.ToString() == Live.MasterText;

    private static Candidate MakeFor(
        LiveFiles live,
        RenderedState state,
        IReadOnlyList<RefusedItem> refused,
        GenerationStore<PostfixManifest> store,
        int number,
        bool changed)
    {
        var wanted = new SortedDictionary<string, string>(state.Parameters.ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal);

        // Where everything is refused, the generation is still what says so.
        if (wanted.Count > 0 || refused.Count > 0) wanted[PostfixNames.Generation] = store.PathOf(number);
        var main = MainCfEdit.Make(live.Main, live.Originals, wanted);
        var routes = MakeRoutesBetween(live, state, store);
        return new Candidate(live, state)
        {
            RoutesBetween = routes,
            Refused = refused,
            Number = number,
            Main = main,
            Master = state.Master,
            Between = MakeBetween(live, main, routes, store),
            Changed = changed,
        };
    }

    private static MainCf? MakeBetween(LiveFiles live, MainCfEdit edit, string? routes, GenerationStore<PostfixManifest> store)
    {
        var after = edit.Result;
        var ours = live.Manifest?.Parameters.Where(p => p.Key.StartsWith(PostfixNames.Prefix, StringComparison.Ordinal)) ?? [];
        var leaving = ours.Where(p => after.Find(p.Key) is null).ToArray();
        if (leaving.Length == 0 && routes is null) return null;
        var old = store.PathOf(live.Manifest?.Number ?? 0);
        var between = leaving.Where(p => p.Key != PostfixNames.Generation).Aggregate(
            after, (main, p) => main.With(p.Key, p.Value.Replace("$" + PostfixNames.Generation, old, StringComparison.Ordinal)));
        if (routes is null || after.Find(Maps) is not { } maps) return between;
        return between.With(
            Maps,
            maps.Replace(
                PostfixNames.InGeneration(PostfixNames.RouteFile),
                PostfixNames.InGeneration(PostfixNames.RouteFileBetween),
                StringComparison.Ordinal));
    }

    private static string? MakeRoutesBetween(LiveFiles live, RenderedState state, GenerationStore<PostfixManifest> store)
    {
        var before = live.Manifest?.Transports?.Keys ?? [];
        if (state.Transports.Keys.ToHashSet(StringComparer.Ordinal).SetEquals(before)) return null;
        var old = live.Manifest?.Files.ContainsKey(PostfixNames.RouteFile) is true
            ? Lines(store.Read(live.Generation, PostfixNames.RouteFile))
            : [];
        return string.Concat(Lines(state.Files.GetValueOrDefault(PostfixNames.RouteFile) ?? []).Intersect(old).Select(l => l + "\n"));
    }

    private static string[] Lines(byte[] content) =>
        Encoding.UTF8.GetString(content).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static bool IsWhole(PostfixManifest manifest, RenderedState state, GenerationStore<PostfixManifest> store)
    {
        var hashes = state.FileHashes;
        return manifest.Files.Count == hashes.Count
            && hashes.All(h => manifest.Files.GetValueOrDefault(h.Key) == h.Value)
            && store.Damaged(manifest).Count == 0;
    }
}

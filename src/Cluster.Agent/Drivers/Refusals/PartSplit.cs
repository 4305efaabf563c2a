using System.Text.Json;
using Cluster.Contracts.Bundles;
using Cluster.Contracts.Settings;
using Cluster.Domain.Bundles;
using Cluster.Domain.Settings;

namespace Cluster.Agent.Drivers.Refusals;

/// <summary>
/// Splits settings into what a driver can take and what it refuses by name. A refused item stays as it was applied before (unless that has
/// to go as well: <see cref="PartProblem.TakesDown"/>), or is left out; whatever names it is refused too, since it would mean something
/// else. A driver renders <see cref="Part"/>, hands the problems in, and renders again until there are none.
/// </summary>
/// <param name="applied">What is applied now; null = nothing.</param>
/// <param name="effective">What shall be applied.</param>
/// <param name="isHosted">Whether an item can still be on this host by the host's own file.</param>
internal sealed class PartSplit(ServicePart? applied, ServicePart effective, Func<ItemName, bool> isHosted)
{
    private readonly SortedDictionary<string, RefusedItem> refused = new(StringComparer.Ordinal);
    private readonly HashSet<ItemName> takenDown = [];
    private ServicePart? part;

    /// <summary>What is refused, ordered by kind and name.</summary>
    public IReadOnlyList<RefusedItem> Refused => [.. refused.Values];

    /// <summary>What can be taken, as far as is known.</summary>
    public ServicePart Part => part ?? effective;

    /// <summary>Whether an item is refused.</summary>
    public bool IsRefused(ItemName item) => refused.ContainsKey(item.ToString());

    /// <summary>Renders until nothing is left to refuse.</summary>
    /// <typeparam name="T">What is rendered.</typeparam>
    /// <param name="render">Renders a part; a result with problems is thrown away.</param>
    /// <returns>What was rendered of <see cref="Part"/>; or a failure, when the service as a whole cannot take the settings.</returns>
    public Attempt<T> Render<T>(Func<ServicePart, (T Result, IReadOnlyList<PartProblem> Problems)> render)
        where T : class
    {
        while (true)
        {
            var (result, all) = render(Part);
            var problems = all.Where(p => !IsLeftLive(p)).ToList();
            if (problems.Exists(p => !p.MayPassWithOthers)) problems.RemoveAll(p => p.MayPassWithOthers);
            if (problems.Count == 0) return result;
            (result as IDisposable)?.Dispose();
            if (!TryRefuse(problems)) return PartProblem.Failure(problems);
        }
    }

    /// <summary>Refuses the items that problems name.</summary>
    /// <returns>False when a problem is of the service as a whole, may pass by itself, or stays with items that are as they were
    /// before.</returns>
    public bool TryRefuse(IReadOnlyList<PartProblem> problems)
    {
        var final = problems.Where(p => !p.IsTransient).ToList();
        if (final.Exists(p => p.Items.Count == 0)) return false;
        var blamed = final.SelectMany(p => Blamed(p).Select(i => (Item: i, Problem: p))).ToLookup(b => b.Item, b => b.Problem);
        var before = takenDown.Count;
        takenDown.UnionWith(final.Where(p => p.TakesDown).SelectMany(p => p.Items).Where(IsRefused));
        if (blamed.Count == 0 && takenDown.Count == before) return false;
        foreach (var item in blamed) Refuse(item.Key, item.First().Code, string.Join(" ", item.Select(p => p.Message)));
        RefuseWhatNamesThem();
        part = Compose();
        return true;
    }

    private bool IsLeftLive(PartProblem problem) => problem is { LeavesLive: true, Items.Count: > 0 } && problem.Items.All(IsRefused);

    // Where items do not go together, the one that came anew gives way to those that are in force as they are wanted.
    private List<ItemName> Blamed(PartProblem problem)
    {
        var open = problem.Items.Where(i => !IsRefused(i) && IsWanted(i)).ToList();
        var changed = open.Where(i => !IsAsApplied(i)).ToList();
        return changed.Count > 0 ? changed : open;
    }

    private void Refuse(ItemName item, string code, string message) =>
        refused.TryAdd(item.ToString(), new RefusedItem(item.Kind, item.Name, code, message));

    private void RefuseWhatNamesThem()
    {
        while (Naming().FirstOrDefault() is { } found)
        {
            var cause = refused[found.Refused.ToString()];
            Refuse(found.Item, cause.Code, $"It names {found.Refused}, which is refused: {cause.Message}");
        }
    }

    private IEnumerable<Reference> Naming() =>
        from kind in effective.Settings
        from document in kind.Value
        let item = new ItemName(kind.Key, document.Key)
        where !IsRefused(item)
        from reference in KindRegistry.Get(kind.Key).References(document.Value)
        let named = new ItemName(reference.Kind, reference.Name)
        where IsRefused(named)
        orderby item.ToString(), named.ToString()
        select new Reference(item, named);

    private ServicePart Compose()
    {
        var settings = new PartSettings();
        foreach (var (item, document) in Documents(effective).Where(d => !IsRefused(d.Item))) Add(settings, item, document);
        if (applied is not null)
        {
            foreach (var (item, document) in Documents(applied).Where(
                d => IsRefused(d.Item) && !takenDown.Contains(d.Item) && isHosted(d.Item))) Add(settings, item, document);
            settings.Complete((kind, name) => FindDocument(applied, new ItemName(kind, name)) is { } d ? PartDocument.Of(kind, d) : null);
        }

        return effective with { Settings = settings.ToDictionary(), Certificates = Certificates(settings.CertificateNames) };
    }

    private Dictionary<string, PartCertificate> Certificates(IEnumerable<string> named)
    {
        var before = applied?.Certificates ?? new Dictionary<string, PartCertificate>();
        var result = new Dictionary<string, PartCertificate>(StringComparer.Ordinal);
        foreach (var (name, certificate) in effective.Certificates)
        {
            if (!IsRefused(new ItemName(CertificateSettings.Kind, name))) result[name] = certificate;
            else if (before.TryGetValue(name, out var old)) result[name] = old;
        }

        foreach (var name in named)
        {
            if (before.TryGetValue(name, out var old)) result.TryAdd(name, old);
        }

        return result;
    }

    private bool IsWanted(ItemName item) => item.Kind == CertificateSettings.Kind
        ? effective.Certificates.ContainsKey(item.Name)
        : FindDocument(effective, item) is not null;

    private bool IsAsApplied(ItemName item)
    {
        if (applied is null) return false;
        if (item.Kind != CertificateSettings.Kind)
            return FindDocument(applied, item) is { } old
                && FindDocument(effective, item) is { } wanted
                && JsonElement.DeepEquals(old, wanted);
        return applied.Certificates.GetValueOrDefault(item.Name) is { } before
            && before.Chain.SequenceEqual(effective.Certificates[item.Name].Chain, StringComparer.Ordinal);
    }

    private static void Add(PartSettings settings, ItemName item, JsonElement document) =>
        settings.Add(item.Kind, item.Name, PartDocument.Of(item.Kind, document));

    private static JsonElement? FindDocument(ServicePart part, ItemName item) =>
        part.Settings.TryGetValue(item.Kind, out var documents) && documents.TryGetValue(item.Name, out var document) ? document : null;

    private static IEnumerable<(ItemName Item, JsonElement Document)> Documents(ServicePart part) =>
        from kind in part.Settings
        from document in kind.Value
        select (new ItemName(kind.Key, document.Key), document.Value);

    private sealed record Reference(ItemName Item, ItemName Refused);
}

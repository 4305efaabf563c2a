using System.Runtime.CompilerServices;
using Cluster.Contracts.Settings;
using Cluster.Domain.Configuration;
using Cluster.Domain.Validation;
using Cluster.Manager.Hosting.Requests;

namespace Cluster.Manager.Features.Certificates;

/// <summary>What a configuration says about certificates, gathered once: snapshots are kept and never change.</summary>
internal sealed class SnapshotFacts
{
    private static readonly ConditionalWeakTable<ConfigurationSnapshot, SnapshotFacts> Known = [];

    private readonly Lazy<ILookup<string, CertificateUse>> uses;
    private readonly Lazy<TrustScope> trust;
    private readonly Lazy<SortedRows<Item>> sorted;

    private SnapshotFacts(ConfigurationSnapshot snapshot)
    {
        uses = new Lazy<ILookup<string, CertificateUse>>(
            () => snapshot.Items.SelectMany(CertificateUses.Of).ToLookup(u => u.Certificate, u => u.Use, StringComparer.Ordinal));
        trust = new Lazy<TrustScope>(() => TrustScope.Anywhere(snapshot));
        sorted = new Lazy<SortedRows<Item>>(() => Sort(snapshot));
    }

    /// <summary>What is trusted at any level.</summary>
    public TrustScope Trust => trust.Value;

    public static SnapshotFacts Of(ConfigurationSnapshot snapshot) => Known.GetValue(snapshot, static s => new SnapshotFacts(s));

    /// <summary>As what a certificate is looked at: by itself first, then in every place that names it.</summary>
    public IEnumerable<CertificateUse> UsesOf(string name) => uses.Value[name].Prepend(CertificateUse.None).Distinct();

    /// <summary>The certificates of all levels behind a key, by name and level, with their keys.</summary>
    /// <param name="after">Key of the last one of the page before; null = from the first on.</param>
    public IEnumerable<(string Key, Item Row)> After(string? after) => sorted.Value.After(after);

    private static SortedRows<Item> Sort(ConfigurationSnapshot snapshot) =>
        new(snapshot.Items.Where(i => i.Key.Is<CertificateSettings>()), i => $"{i.Key.Name}\n{(int)i.Key.LevelKind}\n{i.Key.LevelId}");
}

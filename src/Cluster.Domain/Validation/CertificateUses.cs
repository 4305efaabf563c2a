using Cluster.Domain.Configuration;
using Cluster.Domain.Settings;

namespace Cluster.Domain.Validation;

/// <summary>Which certificates a setting uses, and as what.</summary>
public static class CertificateUses
{
    /// <summary>Kinds of settings that use certificates.</summary>
    internal static IReadOnlyList<string> UsingKinds { get; } =
        [.. KindRegistry.All.Where(k => k.RefersTo.Contains(Contracts.Settings.CertificateSettings.Kind)).Select(k => k.Kind)];

    /// <summary>Returns the certificates that an item names; one that is hidden, or of another kind, names none.</summary>
    public static IEnumerable<(string Certificate, CertificateUse Use)> Of(Item item)
    {
        if (item.Hidden) return [];
        return KindRegistry.Get(item.Key.Kind).References(item.Document).Where(r => r.Use is not null).Select(r => (r.Name, r.Use!));
    }
}

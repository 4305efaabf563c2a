using System.Text.Json;
using Cluster.Contracts.Bundles;
using Cluster.Contracts.Json;
using Cluster.Contracts.Settings;

namespace Cluster.Agent.Tests;

/// <summary>Makes parts with other settings.</summary>
internal static class PartSettingEdits
{
    /// <summary>Adds a document, or puts it in the place of the one of that name.</summary>
    public static ServicePart With<T>(this ServicePart part, string name, T document)
        where T : class, ISettingsDocument =>
        part.Only([.. part.All<T>().Where(d => d.Key != name).Select(d => (d.Key, d.Value)), (name, document)]);

    /// <summary>Sets a singleton.</summary>
    public static ServicePart With<T>(this ServicePart part, T document)
        where T : class, ISingletonDocument => part.Only((Kinds.SingletonName, document));

    /// <summary>Puts these documents in the place of all of the kind.</summary>
    public static ServicePart Only<T>(this ServicePart part, params (string Name, T Document)[] documents)
        where T : class, ISettingsDocument
    {
        var settings = part.Settings.Where(k => k.Key != T.Kind).ToDictionary(StringComparer.Ordinal);
        if (documents.Length > 0)
            settings[T.Kind] = documents.ToDictionary(
                d => d.Name, d => JsonSerializer.SerializeToElement(d.Document, ContractsJson.Of<T>()));
        return part with { Settings = settings };
    }
}

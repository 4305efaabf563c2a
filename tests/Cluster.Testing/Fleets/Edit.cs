using Cluster.Client;
using Cluster.Client.Values;
using Cluster.Contracts.Levels;
using Cluster.Contracts.Settings;

namespace Cluster.Testing.Fleets;

/// <summary>Edits of settings as values, so that a test can hand on several to be committed as one revision.</summary>
public static class Edit
{
    /// <summary>Makes or replaces a named setting; at the level of the cluster unless another is given.</summary>
    public static Func<ClusterResources, Task> Put<T>(string name, T document, LevelName? level = null)
        where T : class, ISettingsDocument =>
        cluster => cluster.Settings<T>().PutAsync(name, document, new WriteOptions { Level = level });

    /// <summary>Makes or replaces the settings of a kind of which each level has one.</summary>
    public static Func<ClusterResources, Task> Put<T>(T document)
        where T : class, ISingletonDocument => cluster => cluster.Singleton<T>().PutAsync(document);

    /// <summary>Hides a name at a group or machine.</summary>
    public static Func<ClusterResources, Task> Hide<T>(string name, LevelName level)
        where T : class, ISettingsDocument =>
        cluster => cluster.Settings<T>().HideAsync(name, new WriteOptions { Level = level });
}

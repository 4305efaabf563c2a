namespace Cluster.Client.Settings;

/// <summary>A setting as a level defines it: its document, and what identifies it.</summary>
/// <typeparam name="T">Record of the kind.</typeparam>
/// <param name="Name">Name of the object, or domain of a destination control; <c>-</c> for a singleton.</param>
/// <param name="Document">The document; null = the name is hidden at this level.</param>
public sealed record SettingsItem<T>(string Name, T? Document)
    where T : class
{
    /// <summary>Level that defines it, as REST writes it; null = the one that was asked for.</summary>
    public string? Level { get; init; }

    /// <summary>Whether the name is hidden at this level, so that what farther levels define does not hold.</summary>
    public bool Hidden => Document is null;
}

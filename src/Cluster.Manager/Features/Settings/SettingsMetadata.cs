using Cluster.Manager.Hosting.OpenApi;

namespace Cluster.Manager.Features.Settings;

/// <summary>Query parameters that writes of settings share.</summary>
internal static class SettingsMetadata
{
    /// <summary>Describes <c>level</c> and <c>acknowledge</c>.</summary>
    public static RouteHandlerBuilder LevelAndAcknowledge(this RouteHandlerBuilder endpoint) => endpoint
        .Query("level", "cluster (default), group:NAME or machine:NAME.")
        .Query("acknowledge", "Codes of dangerous changes that are accepted, separated by commas; only without Change-Set.");
}

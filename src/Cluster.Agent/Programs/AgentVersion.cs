using System.Reflection;
using System.Runtime.InteropServices;

namespace Cluster.Agent.Programs;

/// <summary>What the agent says of itself.</summary>
internal static class AgentVersion
{
    /// <summary>Version of this build.</summary>
    public static string Text { get; } = typeof(AgentVersion).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";

    /// <summary>Operating system and architecture, for example <c>linux-x64 Debian GNU/Linux 12 (bookworm)</c>.</summary>
    public static string Platform { get; } = $"{RuntimeInformation.RuntimeIdentifier} {RuntimeInformation.OSDescription}";
}

using Cluster.Testing;

namespace Cluster.EndToEnd.Tests.Kills;

/// <summary>Renewal of identities is brought about by a manager whose clock is past half of an identity's life.</summary>
internal static class Renewal
{
    internal const string Clock = "+20d";

    /// <summary>Waits until the manager has seen the next generation in use.</summary>
    internal static Task DoneAsync(ServingHost serving) =>
        serving.Fleet.MachineBecomesAsync(
            "gw1", m => (int?)m["generation"] >= 2 && (string)m["state"]! == "connected", "has renewed its identity");
}

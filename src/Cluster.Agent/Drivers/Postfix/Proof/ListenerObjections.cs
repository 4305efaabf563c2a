using Cluster.Agent.Configuration;
using Cluster.Agent.Drivers.Postfix.Files;
using Cluster.Agent.Drivers.Postfix.Rendering;
using Cluster.Contracts.Machines;

namespace Cluster.Agent.Drivers.Postfix.Proof;

/// <summary>
/// Finds what the host's own files say by now against listeners that were applied, such as postscreen or a proxy in front of one: it cannot
/// be seen any more what their clients see.
/// </summary>
internal static class ListenerObjections
{
    /// <summary>What stands against a listener that is not refused yet; null = nothing.</summary>
    /// <param name="live">The host's files.</param>
    /// <param name="manifest">What was applied.</param>
    /// <param name="service">The entry in the host's own file.</param>
    public static ApplyFailure? Find(LiveFiles live, PostfixManifest manifest, LocalService service)
    {
        var plans = ListenerPlanner.Plan(manifest.Part, service, []);
        var against = MasterCfEdit.Against(live.Master, live.Administrator, plans)
            .FirstOrDefault(p => !p.Items.All(i => manifest.IsRefused(i.Kind, i.Name)));
        return against is null
            ? null
            : ApplyFailure.Transient(
                against.Code,
                "probe",
                $"{against.Message} This came after the settings were applied. Put it back, or retry, or set drift to repair: the "
                    + "settings are then applied anew, without what the host cannot take.");
    }
}

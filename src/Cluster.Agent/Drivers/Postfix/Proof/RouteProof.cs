using System.Text;
using Cluster.Agent.Drivers.Generations;
using Cluster.Agent.Drivers.Postfix.Rendering;
using Cluster.Agent.Drivers.Postfix.Routes;
using Cluster.Agent.Drivers.Refusals;
using Cluster.Contracts.Machines;
using Cluster.Contracts.Settings;

namespace Cluster.Agent.Drivers.Postfix.Proof;

/// <summary>
/// Shows that the live policies hold for every way that mail can leave by now: routes are the administrator's, and change without us.
/// </summary>
internal sealed class RouteProof(RouteReader routes, GenerationStore<PostfixManifest> store)
{
    /// <summary>What the live policies do not cover; null = they cover every way.</summary>
    public async Task<ApplyFailure?> ProveAsync(LiveFiles live, PostfixManifest manifest, CancellationToken ct)
    {
        var destinations = manifest.Part.All<DestinationControl>();
        if (destinations.Count == 0) return null;
        var routing = await routes.ReadAsync(live.Master, destinations.Keys.ToList(), ct);
        if (!routing.Succeeded) return routing.Failure;
        var problems = new List<PartProblem>();
        var wanted = PolicyRows.Make(destinations, routing.Value, PolicyLevel.Of(live.Administrator), problems);
        if (problems.Count > 0) return Changed(problems[0].Message);
        var text = Encoding.UTF8.GetString(store.Read(manifest.Number, PostfixNames.PolicyFile));
        var rows = text.Split('\n').ToHashSet(StringComparer.Ordinal);
        var missing = wanted.Rows.Select(r => $"{r.Key} {r.Value}").FirstOrDefault(r => !rows.Contains(r));
        return missing is null ? null : Changed($"Mail can now leave by a next hop without its policy: {missing}.");
    }

    private static ApplyFailure Changed(string what) => ApplyFailure.Final(
        ApplyCodes.RoutesChanged, "probe", $"The host's own routes or transports changed since the settings were applied. {what}");
}

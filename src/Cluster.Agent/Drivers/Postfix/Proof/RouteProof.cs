using System.Text;
using Cluster.Agent.Drivers.Generations;
using Cluster.Agent.Drivers.Postfix.ClientCertificates;
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
        // The same names as when it was staged: what Postfix answers for one may be a way of others.
        var refused = manifest.Refused.Where(r => r.Kind == DestinationControl.Kind).Select(r => r.Name);
        var routing = await routes.ReadAsync(live, [.. destinations.Keys.Union(refused)], DaneHop.NamesOf(destinations), ct);
        if (!routing.Succeeded) return routing.Failure with { Check = "probe" };
        var problems = new List<PartProblem>();
        var certificates = CertificateRoutes.Make(destinations, routing.Value, problems);
        var wanted = PolicyRows.Make(destinations, certificates.Seen(routing.Value), live.Administrator, problems);
        problems.RemoveAll(p => p.Items.Count > 0 && p.Items.All(i => manifest.IsRefused(i.Kind, i.Name)));

        // Where a resolver is silent nothing is known to have changed.
        if (problems.Find(p => p.Code != ApplyCodes.LookupFailed) is { } problem) return Changed(problem.Message);
        if (problems is [var unanswered, ..]) return ApplyFailure.Transient(unanswered.Code, "probe", unanswered.Message);
        var rows = Encoding.UTF8.GetString(store.Read(manifest.Number, PostfixNames.PolicyFile)).Split('\n');
        var needed = wanted.Text.Split('\n');
        if (needed.Except(rows, StringComparer.Ordinal).FirstOrDefault() is { } missing)
            return Changed($"Mail can now leave by a next hop without its policy: {missing}.");

        // A row that was for one domain alone may be for all of them by now.
        return rows.Except(needed, StringComparer.Ordinal).FirstOrDefault() is { } stale
            ? Changed($"A policy is no longer what its next hop needs: {stale}.")
            : ProveCertificates(certificates, routing.Value, manifest);
    }

    // Mail shows the certificate of the transport that the running Postfix itself chooses.
    private ApplyFailure? ProveCertificates(CertificateRoutes wanted, Routing routing, PostfixManifest manifest)
    {
        var file = PostfixNames.RouteFile;
        var rows = manifest.Files.ContainsKey(file) ? Encoding.UTF8.GetString(store.Read(manifest.Number, file)) : "";
        if (rows != wanted.Text)
        {
            var other = wanted.Text.Split('\n').Except(rows.Split('\n'), StringComparer.Ordinal).FirstOrDefault();
            return Changed($"A route to a client certificate is no longer what the host's own routes say: {other ?? "one too many"}.");
        }

        foreach (var (domain, route) in wanted.Rows.Where(r => routing.AskedOfUs.GetValueOrDefault(r.Key) != r.Value))
        {
            var found = routing.AskedOfUs.GetValueOrDefault(domain) ?? "another transport";
            return Changed($"Postfix sends mail for {domain} by {found}, and its client certificate is shown by {route}.");
        }

        return null;
    }

    // The running resolver may not have read the routes yet that stand in the files: tried again, it has.
    private static ApplyFailure Changed(string what) => ApplyFailure.Transient(
        ApplyCodes.RoutesChanged,
        "probe",
        $"The policies that were applied are not those that the host's routes and transports need now: main.cf, master.cf, a map of "
            + $"routes or the version of the agent is another than then. {what} Retry, or set drift to repair: the settings are then "
            + "applied anew.");
}

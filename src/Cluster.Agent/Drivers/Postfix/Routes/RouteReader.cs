using Cluster.Agent.Drivers.Generations;
using Cluster.Agent.Drivers.Postfix.ClientCertificates;
using Cluster.Agent.Drivers.Postfix.Control;
using Cluster.Agent.Drivers.Postfix.Files;
using Cluster.Contracts.Machines;
using Cluster.Contracts.Settings;
using Cluster.Pki.Names;

namespace Cluster.Agent.Drivers.Postfix.Routes;

/// <summary>Reads the host's own routes, transports and policies as Postfix itself has them.</summary>
internal sealed class RouteReader(PostfixCommands commands, string directory, GenerationStore<PostfixManifest> store)
{
    private const string TransportMaps = "transport_maps";
    private const string BestMx = "best_mx_transport";
    private const string PolicyMaps = "smtp_tls_policy_maps";

    private static readonly string[] HandsOn = ["mailbox_transport", "fallback_transport"];
    private static readonly string[] HandsOnMaps = ["mailbox_transport_maps", "fallback_transport_maps"];

    // What the delivery agents and we ourselves go by; no maps.
    private static readonly string[] OfDelivery =
    [
        "mail_version", "compatibility_level", "smtp_host_lookup", "ignore_mx_lookup_error", "smtp_dns_resolver_options",
        "tls_dane_digests", "dnssec_probe",
    ];

    private static readonly string[] Deciding =
    [
        TransportMaps, "sender_dependent_relayhost_maps", "sender_dependent_default_transport_maps", "relayhost", "default_transport",
        "relay_transport", "parent_domain_matches_subdomains", "smtp_fallback_relay", PolicyMaps, "smtp_tls_per_site",
        "smtp_tls_wrappermode", "queue_directory", BestMx, "virtual_mailbox_domains", "virtual_transport", "local_transport",
        .. OfDelivery, .. HandsOn, .. HandsOnMaps, .. FilterReader.Parameters,
    ];

    /// <summary>Parameters whose maps decide where mail goes and what is asked of its next hop.</summary>
    public static IReadOnlyList<string> Watched { get; } =
        [.. Deciding, "mydestination", "relay_domains", "virtual_alias_domains", "tls_server_sni_maps"];

    /// <summary>The routes of this host.</summary>
    /// <param name="live">Its configuration.</param>
    /// <param name="destinations">Names of the destination controls; none = routes do not matter.</param>
    /// <param name="dane">Domains that shall have DANE, for which the resolvers must validate; null = nobody asks.</param>
    /// <param name="ct">Stops it.</param>
    public async Task<Attempt<Routing>> ReadAsync(
        LiveFiles live, IReadOnlyCollection<string> destinations, IReadOnlyCollection<string>? dane, CancellationToken ct)
    {
        if (destinations.Count == 0) return Routing.None;
        try
        {
            return await ReadAllAsync(live, destinations, dane, ct);
        }
        catch (IOException e)
        {
            // No fault of the disk, which would be tried again as soon as it takes writes: it waits longer each time.
            return ApplyFailure.Transient(
                ApplyCodes.LookupFailed, "validation", $"Where this host sends mail cannot be read: {e.Message}");
        }
    }

    private async Task<Attempt<Routing>> ReadAllAsync(
        LiveFiles live, IReadOnlyCollection<string> destinations, IReadOnlyCollection<string>? dane, CancellationToken ct)
    {
        // What is ours there is none of the administrator's ways.
        var master = live.Master.WithoutOurs();
        var options = await commands.OptionsAsync(directory, ct);
        var parameters = OfResolver(await commands.ParametersAsync(directory, Deciding, expand: true, ct), master, options);
        if (!parameters.ContainsKey(TransportMaps))
            return ApplyFailure.Transient(
                ApplyCodes.LookupFailed,
                "validation",
                "Postfix did not report its routes. See what `postconf transport_maps` says on the host.");
        var unlisted = new List<string>();
        var routes = await RoutesAsync(TransportMaps, parameters, unlisted, ct);
        if (!routes.Succeeded) return routes.Failure;
        var relays = await RoutesAsync("sender_dependent_relayhost_maps", parameters, unlisted, ct);
        if (!relays.Succeeded) return relays.Failure;
        var transports = await RoutesAsync("sender_dependent_default_transport_maps", parameters, unlisted, ct);
        if (!transports.Succeeded) return transports.Failure;
        var unlistedHosted = new List<string>();
        var hosted = await HostedAsync(parameters, options, unlistedHosted, ct);
        if (!hosted.Succeeded) return hosted.Failure;
        var (policies, unlistedPolicies) = await PoliciesAsync(parameters, ct);
        var ambiguous = new List<string>();
        var named = Named(routes.Value, ambiguous);
        var chroots = PostfixVersion.Parse(parameters.GetValueOrDefault("compatibility_level")).Major == 0;
        var agents = MailTransport.All(master, options, chroots);
        var (unvalidated, inChroot) = await UnvalidatedAsync(agents.Values, parameters, dane, ct);
        var filters = await new FilterReader(commands, directory).ReadAsync(parameters, options, ct);
        var asked = await AskAsync(parameters.GetValueOrDefault("queue_directory") ?? "", destinations, live.Applied?.Transports, ct);
        return new Routing
        {
            Unvalidated = unvalidated,
            UnvalidatedInChroot = inChroot,
            Routes = named,
            Ambiguous = ambiguous,
            ParentsMatch = Words.Of(parameters.GetValueOrDefault("parent_domain_matches_subdomains")).Contains(TransportMaps),
            SenderRelays = [.. Said(relays.Value).Select(r => new Route("", r.Value.ToLowerInvariant(), r.Source))],
            SenderTransports = [.. Said(transports.Value).Select(r => Route.Parse(r.Value, r.Source))],
            RelayHost = (parameters.GetValueOrDefault("relayhost") ?? "").ToLowerInvariant(),
            Default = Route.Parse(parameters.GetValueOrDefault("default_transport") ?? "smtp", "default_transport"),
            Relay = Route.Parse(parameters.GetValueOrDefault("relay_transport") ?? "relay", "relay_transport"),
            Hosted = hosted.Value,
            BestMx = parameters.GetValueOrDefault(BestMx) is { Length: > 0 } best ? Route.Parse(best, BestMx) : null,
            Asked = asked.ToDictionary(a => a.Key, a => a.Value.Way, StringComparer.Ordinal),
            Classes = asked.ToDictionary(a => a.Key, a => a.Value.Class, StringComparer.Ordinal),
            AskedOfUs = asked.Where(a => a.Value.Way.IsOurs).ToDictionary(a => a.Key, a => a.Value.Answer, StringComparer.Ordinal),
            OwnRoutes = OwnRoute.Of(live.Applied, store),
            ResolverHasRoutes = OwnOfResolver(master, options).Any(o => o.ContainsKey(TransportMaps)),
            UnclearResolver = ResolversOf(master).Select(e => e.Unclear).FirstOrDefault(u => u is not null),
            Filters = filters.Filters,
            Proxies = filters.Proxies,
            UntoldFilters = filters.Untold,
            UnreadFilters = filters.Unread,
            Transports = agents,
            Parameters = parameters,
            Unlisted = unlisted,
            UnlistedHosted = unlistedHosted,
            Policies = policies,
            UnlistedPolicies = unlistedPolicies,
        };
    }

    // trivial-rewrite(8) decides where mail goes, and may have parameters of its own in master.cf.
    private static Dictionary<string, string> OfResolver(
        IReadOnlyDictionary<string, string> parameters,
        MasterCf master,
        IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> options)
    {
        var result = new Dictionary<string, string>(parameters, StringComparer.Ordinal);
        foreach (var own in OwnOfResolver(master, options))
        {
            foreach (var name in Deciding.Where(own.ContainsKey)) result[name] = own[name];
        }

        return result;
    }

    private static IEnumerable<IReadOnlyDictionary<string, string>> OwnOfResolver(
        MasterCf master, IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> options) =>
        ResolversOf(master)
            .Select(e => options.GetValueOrDefault($"{e.Service}/{e.Type}"))
            .OfType<IReadOnlyDictionary<string, string>>();

    private static IEnumerable<MasterEntry> ResolversOf(MasterCf master) =>
        master.Entries.Where(e => Path.GetFileName(e.Command) == "trivial-rewrite");

    // Under A-labels: Postfix looks a domain up as the sender of a message wrote it, in either form.
    private static Dictionary<string, Route> Named(IReadOnlyDictionary<string, Entry> entries, List<string> ambiguous)
    {
        var routes = new Dictionary<string, Route>(StringComparer.Ordinal);
        foreach (var (key, entry) in entries)
        {
            var at = key.LastIndexOf('@') + 1;
            var dot = key.AsSpan(at).StartsWith(".") ? 1 : 0;
            var name = DnsNames.TryNormalise(key[(at + dot)..], out var domain) ? key[..(at + dot)] + domain : key;
            var route = Route.Parse(entry.Value, entry.Source);
            if (!routes.TryAdd(name, route) && routes[name] with { Source = route.Source } != route)
                ambiguous.Add($"{entry.Source} has two different routes for {name} (in its A-label and U-label forms)");
        }

        return routes;
    }

    // "DUNNO" leaves things as they are.
    private static IEnumerable<Entry> Said(IReadOnlyDictionary<string, Entry> entries) =>
        entries.Values.Where(e => !e.Value.Equals("DUNNO", StringComparison.OrdinalIgnoreCase));

    // The first map that knows a key wins.
    private async Task<Attempt<IReadOnlyDictionary<string, Entry>>> RoutesAsync(
        string parameter, IReadOnlyDictionary<string, string> parameters, List<string> unlisted, CancellationToken ct)
    {
        var routes = new Dictionary<string, Entry>(StringComparer.Ordinal);
        foreach (var map in Words.Of(parameters.GetValueOrDefault(parameter)).Where(m => !IsOurs(m)))
        {
            var source = $"{map} ({parameter})";
            var listed = await ListAsync(map, ct);
            if (listed is null)
            {
                // Whether it answers at all: what cannot be asked now holds mail back, and may be there again in a moment.
                var answers = await commands.QueryAsync(directory, map, [Routing.EveryOther], ct);
                if (!answers.Succeeded) return answers.Failure;
                unlisted.Add(source);
            }

            foreach (var (key, value) in listed ?? new Dictionary<string, string>())
                routes.TryAdd(key.ToLowerInvariant(), new Entry(value, source));
        }

        return routes;
    }

    private async Task<Attempt<IReadOnlyList<Route>>> HostedAsync(
        IReadOnlyDictionary<string, string> parameters,
        IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> options,
        List<string> unlisted,
        CancellationToken ct)
    {
        var routes = new List<Route>();
        if (parameters.GetValueOrDefault("virtual_mailbox_domains") is { Length: > 0 }) AddRoute(parameters, "virtual_transport");
        AddRoute(parameters, "local_transport");
        foreach (var values in options.Values.Prepend(parameters))
        {
            foreach (var name in HandsOn) AddRoute(values, name);
            foreach (var name in HandsOnMaps.Where(values.ContainsKey))
            {
                var mapped = await RoutesAsync(name, values, unlisted, ct);
                if (!mapped.Succeeded) return mapped.Failure;
                routes.AddRange(Said(mapped.Value).Select(e => Route.Parse(e.Value, e.Source)));
            }
        }

        return routes;

        void AddRoute(IReadOnlyDictionary<string, string> values, string name)
        {
            if (values.GetValueOrDefault(name) is { Length: > 0 } value) routes.Add(Route.Parse(value, name));
        }
    }

    private static async Task<IReadOnlyDictionary<string, Answered>> AskAsync(
        string queueDirectory,
        IReadOnlyCollection<string> destinations,
        IReadOnlyDictionary<string, string>? ours,
        CancellationToken ct)
    {
        var answers = new Dictionary<string, Answered>(StringComparer.Ordinal);
        await using var resolver = new AddressResolver(queueDirectory, ct);
        foreach (var name in destinations)
        {
            if (name.StartsWith('.') || name == DestinationControl.DefaultName || !DnsNames.TryNormalise(name, out var domain)) continue;
            if (await resolver.ResolveAsync($"cluster-agent@{domain}") is not { } answer) return answers;
            var nextHop = answer.NextHop.ToLowerInvariant();
            if (nextHop == domain) nextHop = "";

            // A transport of ours stands for its original.
            var original = ours?.GetValueOrDefault(answer.Transport);
            var way = new Way(original ?? answer.Transport, nextHop, "the running Postfix") { IsOurs = original is not null };
            answers[domain] = new Answered(way, answer.Class, $"{answer.Transport}:{nextHop}");
        }

        return answers;
    }

    private static async Task<(ResolverFault? Outside, ResolverFault? InChroot)> UnvalidatedAsync(
        IEnumerable<MailTransport> transports,
        IReadOnlyDictionary<string, string> parameters,
        IReadOnlyCollection<string>? dane,
        CancellationToken ct)
    {
        if (dane is null) return (null, null);
        var smtp = transports.Where(t => t.Kind == TransportKind.Smtp).ToLookup(t => t.IsChrooted);
        var needsTrust = !PostfixVersion.Parse(parameters.GetValueOrDefault("mail_version")).HearsOfValidation;
        var probe = parameters.GetValueOrDefault("dnssec_probe");
        var copy = ResolverReader.FileInChroot(parameters.GetValueOrDefault("queue_directory") ?? "");
        return (
            smtp[false].Any() ? await ResolverReader.ReadAsync(ResolverReader.SystemFile, probe, dane, needsTrust, ct) : null,
            smtp[true].Any() ? await ResolverReader.ReadAsync(copy, probe, dane, needsTrust, ct) : null);
    }

    private async Task<(IReadOnlyList<OwnPolicy> Policies, IReadOnlyList<string> Unlisted)> PoliciesAsync(
        IReadOnlyDictionary<string, string> parameters, CancellationToken ct)
    {
        var (policies, unlisted) = (new List<OwnPolicy>(), new List<string>());
        foreach (var map in Words.Of(parameters.GetValueOrDefault(PolicyMaps)).Where(m => !IsOurs(m)))
        {
            if (await ListAsync(map, ct) is not { } listed) unlisted.Add(map);
            else policies.AddRange(listed.Select(r => new OwnPolicy(r.Key, Words.Of(r.Value) is [var level, ..] ? level : "", map)));
        }

        return (policies, unlisted);
    }

    private bool IsOurs(string map) => map.StartsWith($"texthash:{Path.Combine(directory, "cluster")}/", StringComparison.Ordinal);

    // What proxymap(8) would open on behalf of a daemon can be opened here as well.
    private Task<IReadOnlyDictionary<string, string>?> ListAsync(string map, CancellationToken ct) =>
        commands.ListAsync(directory, map.StartsWith("proxy:", StringComparison.Ordinal) ? map["proxy:".Length..] : map, ct);

    private sealed record Entry(string Value, string Source);

    private sealed record Answered(Way Way, DomainClass Class, string Answer);
}

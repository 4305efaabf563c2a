using Cluster.Agent.Drivers.Postfix.Files;
using Cluster.Agent.Drivers.Postfix.Routes;
using Cluster.Agent.Drivers.Refusals;
using Cluster.Contracts.Machines;
using Cluster.Contracts.Settings;
using Cluster.Pki.Names;

namespace Cluster.Agent.Drivers.Postfix.Rendering;

/// <summary>
/// What DANE (RFC 7672) needs of a Postfix, and what undoes it. Where one of these is missing the level <c>dane</c> means <c>may</c>, and
/// Postfix only logs a warning.
/// </summary>
internal static class DaneHop
{
    private const string Support = "smtp_dns_support_level";
    private const string Insecure = "smtp_tls_dane_insecure_mx_policy";
    private const string Lookup = "smtp_host_lookup";
    private const string Digests = "tls_dane_digests";

    /// <summary>
    /// The parameters that are set with it: answers of the DNS with what shows that they are validated, and keys of hosts that an MX record
    /// without a signature names (before Postfix 3.7.13 these would fall back to <c>may</c> unless everything has DANE).
    /// </summary>
    public static IReadOnlyDictionary<string, string> Parameters { get; } =
        new Dictionary<string, string> { [Support] = "dnssec", [Insecure] = "dane" };

    /// <summary>The domains that shall have it, without those that stand for many; null = none shall have it at all.</summary>
    public static IReadOnlyCollection<string>? NamesOf(IReadOnlyDictionary<string, DestinationControl> controls)
    {
        if (!controls.Values.Any(DestinationValue.UsesDane)) return null;
        var domains = controls.Where(c => DestinationValue.UsesDane(c.Value) && c.Key != DestinationControl.DefaultName);
        return [.. domains.Select(c => DnsNames.TryNormalise(c.Key.TrimStart('.'), out var name) ? name : "").Where(n => n.Length > 0)];
    }

    /// <summary>What of main.cf stands against it, where our parameters would change what is none of ours; null = nothing.</summary>
    /// <param name="administrator">main.cf as it is without us.</param>
    public static string? Against(MainCf administrator)
    {
        var support = administrator.Find(Support) ?? "";
        if (support is not ("" or "enabled" or "dnssec"))
            return $"{Support} = {support} of the host, and with DNSSEC all mail would be routed by the DNS. Set it to enabled";

        // postconf(5): the older parameter counts while the newer one is empty.
        if (support.Length == 0 && administrator.Find("disable_dns_lookups") is { Length: > 0 } disabled && disabled != "no")
            return $"disable_dns_lookups = {disabled} of the host, and with DNSSEC all mail would be routed by the DNS. Take it away";
        return administrator.Find(Insecure) is { Length: > 0 } policy and not ("may" or "dane")
            ? $"{Insecure} = {policy} of the host would be lowered. Set it to dane"
            : null;
    }

    /// <summary>What stands against it on a way of mail; null = nothing.</summary>
    /// <param name="routing">The host's own routes.</param>
    /// <param name="transport">The transport of the way.</param>
    /// <param name="way">The way.</param>
    /// <param name="item">The control.</param>
    /// <param name="domain">For what of it, for people.</param>
    public static PartProblem? Against(Routing routing, MailTransport transport, Way way, ItemName item, string domain)
    {
        if (Against(routing, transport, way) is { } against) return Refused(item, domain, against);
        if ((transport.IsChrooted ? routing.UnvalidatedInChroot : routing.Unvalidated) is not { } fault) return null;
        var problem = Refused(item, domain, fault.Text);
        return fault.IsSilence ? problem with { Code = ApplyCodes.LookupFailed } : problem;
    }

    private static string? Against(Routing routing, MailTransport transport, Way way)
    {
        if (new HopName(way.NextHop).Address is not null)
            return $"its mail goes to {way.NextHop} ({way.Source}), and nobody can publish keys for an address. Route it by a host name";
        foreach (var (name, value) in Parameters)
        {
            if (transport.Options.TryGetValue(name, out var own) && own != value)
                return $"the transport {transport.Name} has -o {name}={own}. Take it away";
        }

        return AgainstValue(routing, transport);
    }

    /// <summary>The problem of a destination control.</summary>
    /// <param name="item">The control.</param>
    /// <param name="domain">For what of it, for people.</param>
    /// <param name="against">What stands against it.</param>
    public static PartProblem Refused(ItemName item, string domain, string against) =>
        PartProblem.OfHost(item, $"Destination {item.Name}: DANE cannot hold for {domain}: {against}.");

    private static string? AgainstValue(Routing routing, MailTransport transport)
    {
        if (routing.ValueFor(transport, Lookup) is { } lookup && Words.Of(lookup).Any(w => w != "dns"))
            return $"{Lookup} = {lookup} takes addresses that nobody signs. Set it to dns";
        if (routing.ValueFor(transport, "ignore_mx_lookup_error") is { Length: > 0 } ignores and not "no")
            return $"ignore_mx_lookup_error = {ignores}, with which Postfix uses no keys. Set it to no";
        if (routing.ValueFor(transport, "smtp_dns_resolver_options") is { Length: > 0 } options)
            return $"smtp_dns_resolver_options = {options}, with which Postfix uses no keys. Leave it empty";
        return routing.ValueFor(transport, Digests) is { } digests && !Words.Of(digests).Any(IsSha256)
            ? $"{Digests} = {digests} leaves out sha256, which every publisher uses. Add it"
            : null;
    }

    private static bool IsSha256(string digest) => digest.Split('=')[0].Equals("sha256", StringComparison.OrdinalIgnoreCase);
}

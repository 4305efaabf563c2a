using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using Cluster.Contracts.Bundles;
using Cluster.Contracts.Machines;
using Cluster.Contracts.Settings;
using Cluster.Testing;
using Cluster.Testing.Postfix;

namespace Cluster.Agent.Tests.Drivers.Postfix.Routes;

/// <summary>
/// A real Postfix with a configuration of routes made from a seed, sinks with and without TLS, and what is promised of mail.
/// </summary>
internal sealed partial class RoutedHost : IAsyncDisposable
{
    private const int SaltOfFilters = 7;
    private const string Policies = "smtp_tls_policy_maps";
    private const string Restrictions = "smtpd_sender_restrictions";
    private const string Chief = "chief@from.example.test";
    private static readonly string[] Domains = ["d0.example.test", "d1.example.test", "d2.example.test", "d3.other.test"];
    private readonly Random random;
    private readonly Random randomOfFilters;
    private readonly SortedDictionary<string, string> main = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, string> routes = new(StringComparer.Ordinal);
    private readonly List<string> master = [];
    private readonly List<string> features = [];
    private readonly MailSink[] sinks;
    private readonly MailSink[] strangers;
    private readonly Dictionary<MailSink, int> judged = [];
    private readonly List<string> broken = [];
    private int used;
    private int rounds;
    private readonly MailSink filter = new(null);
    private bool filtersChief;
    private PostfixHost host = null!;

    private RoutedHost(int seed, X509Certificate2 good, X509Certificate2 foreign)
    {
        random = new Random(seed);

        // Chosen apart, so that the rest of a seed is what it was without them.
        randomOfFilters = new Random(seed * SaltOfFilters);
        sinks = [.. Enumerable.Range(0, 24).Select(_ => new MailSink(random.Next(10) switch { < 6 => good, 6 => foreign, _ => null }))];
        strangers = [.. sinks.Where(s => s.Certificate == foreign)];
    }

    /// <summary>What was chosen, for people.</summary>
    public string Features => string.Join("; ", features);

    /// <summary>Codes of failures of the settings as a whole.</summary>
    public List<string> Failures { get; } = [];

    /// <summary>What the sinks took although it was promised that it would not come like that.</summary>
    public IReadOnlyList<string> Broken => broken;

    /// <summary>How many messages came as was promised of them.</summary>
    public int Held { get; private set; }

    /// <summary>Mail to filters that was held back although nothing was promised of it.</summary>
    public IReadOnlyList<string> Stopped { get; private set; } = [];

    /// <summary>
    /// Chooses a configuration, applies destination controls, and sends mail; then changes a route, applies them again, and sends again.
    /// </summary>
    public static async Task<RoutedHost> RunAsync(int seed)
    {
        using var parts = new Parts();
        using var good = Pair(parts, parts.Certificate([.. Domains, "relay.example.test"]));
        using var foreign = Pair(parts, parts.SelfSigned("elsewhere.test"));
        var routed = new RoutedHost(seed, good, foreign);
        try
        {
            await routed.RunAsync(parts);
            return routed;
        }
        catch
        {
            await routed.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (host is not null) await host.DisposeAsync();
        foreach (var sink in sinks.Append(filter)) await sink.DisposeAsync();
    }

    private static X509Certificate2 Pair(Parts parts, PartCertificate certificate)
    {
        using var leaf = X509CertificateLoader.LoadCertificate(Convert.FromBase64String(certificate.Chain[0]));
        using var key = System.Security.Cryptography.ECDsa.Create();
        key.ImportPkcs8PrivateKey(parts.Find(certificate.PublicKeySha256), out _);
        using var pair = leaf.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(pair.Export(X509ContentType.Pkcs12), null);
    }

    private async Task RunAsync(Parts parts)
    {
        Choose();
        host = await PostfixHost.StoppedAsync(new PostfixOptions { Name = "from", Listeners = ["in"] });
        await host.Postfix.PostconfAsync(["-e", .. main.Select(m => $"{m.Key}={m.Value}")]);
        await File.AppendAllLinesAsync(host.MasterCf, master);
        await File.WriteAllLinesAsync(In("transport"), routes.Select(r => $"{r.Key} {r.Value}"));
        await host.Postfix.StartAsync();
        var part = Controls();
        part = part.WithTrust(useSystem: false, parts.Ca.Intermediate, parts.Ca.Root);
        var free = await RoundAsync(part, []);
        var moved = Any();
        routes[moved] = "smtp:" + (random.Next(2) == 0 ? Hop() : sinks[random.Next(used)].NextHop);
        features.Add($"{moved} moved to {routes[moved]}");
        await File.WriteAllLinesAsync(In("transport"), routes.Select(r => $"{r.Key} {r.Value}"));
        await host.Postfix.ReloadAsync();
        var controls = part.All<DestinationControl>();
        var other = ControlOf(moved, controls);
        await RoundAsync(part, [.. controls.Keys.Where(name => name != other && !free.Contains(name))]);
    }

    // What was promised before and does not go another way now is kept also where it is refused.
    private async Task<IReadOnlyList<string>> RoundAsync(ServicePart part, IReadOnlyList<string> kept)
    {
        var applied = await host.ApplyAsync(part);

        // A bounce of the round before may leave until then: only what was promised already is promised of it.
        Judge(part, [.. part.All<DestinationControl>().Keys.Except(kept)]);
        if (applied.Failure is not null) Failures.Add(applied.Failure.Code);
        features.Add(applied.Failure is { } failure
            ? $"FAILED {failure.Code}: {failure.Message}"
            : string.Join(" ", applied.Staged!.Refused.Select(r => $"REFUSED {r.Name}: {r.Message}")));
        string[] refused = applied.Failure is not null
            ? [.. part.All<DestinationControl>().Keys]
            : [.. applied.Staged!.Refused.Select(r => r.Name)];
        string[] free = [.. refused.Except(kept)];
        await SendAsync();
        Judge(part, free);
        return free;
    }

    private string In(string file) => Path.Combine(host.Postfix.ConfigDirectory, file);

    private ServicePart Controls()
    {
        var part = Parts.Empty;
        var (required, verify) = (DestinationTls.Required, DestinationTls.RequiredVerify);
        DestinationTls[] modes = [required, required, verify, DestinationTls.Preferred];
        foreach (var domain in Domains.Take(3).Where(_ => random.Next(5) > 0))
            part = part.WithDestination(domain, modes[random.Next(modes.Length)]);
        if (random.Next(3) == 0) part = part.WithDestination(".example.test", DestinationTls.Required);
        if (random.Next(2) == 0 || part.Settings.Count == 0) part = part.WithDestination("default", DestinationTls.Required);
        features.Add("controls " + string.Join(", ", part.All<DestinationControl>().Select(c => $"{c.Key}={c.Value.Tls}")));
        return part;
    }

    // Mostly one that nothing else leads to: domains that share a next hop are refused as soon as they differ.
    private string Hop() => sinks[used == 0 || (used < sinks.Length && random.Next(20) > 0) ? used++ : random.Next(used)].NextHop;

    private void Choose()
    {
        (string Name, int Percent, Action Add)[] all =
        [
            ("route by domain", 20, () => routes[Any()] = "smtp:" + Hop()),
            ("route by domain, two hops", 20, () => routes[Any()] = $"smtp:{Hop()}, {Hop()}"),
            ("route without transport", 20, () => routes[Any()] = ":" + Hop()),
            ("route of a user", 50, () => routes["boss@" + Any()] = "smtp:" + Hop()),
            ("route of an extension", 40, () => routes["u+x@" + Any()] = "smtp:" + Hop()),
            ("route of sub-domains", 15, () => routes[".example.test"] = "smtp:" + Hop()),
            ("route of everything", 15, () => routes["*"] = "smtp:" + Hop()),
            ("no-op route", 15, () => routes[Any()] = ":"),
            ("parents match", 10, () =>
                (main["parent_domain_matches_subdomains"], routes["example.test"]) = ("transport_maps", "smtp:" + Hop())),
            ("sender's relay", 20, () =>
                main["sender_dependent_relayhost_maps"] = $"inline:{{ {{ chief@from.example.test = {Hop()} }} }}"),
            ("sender's transport", 20, () =>
                main["sender_dependent_default_transport_maps"] = $"inline:{{ {{ @from.example.test = smtp:{Hop()} }} }}"),
            ("relayhost", 20, () => main["relayhost"] = Hop()),
            ("default_transport", 15, () => main["default_transport"] = "smtp:" + Hop()),
            ("relay domain", 15, () => (main["relay_domains"], main["relay_transport"]) = (Any(), "relay:" + Hop())),
            ("fallback relay", 15, () => main["smtp_fallback_relay"] = Hop()),
            ("hosted domain elsewhere", 20, () =>
                (main["virtual_mailbox_domains"], main["virtual_transport"]) = (Any(), "smtp:" + Hop())),
            ("transport without policies", 10, () => Own("smtp_tls_policy_maps=")),
            ("transport with a level", 15, () => Own("smtp_tls_security_level=none")),
            ("transport in braces", 10, () => Own("{ smtp_tls_policy_maps = }")),
            ("filter", 8, () => main["content_filter"] = "smtp:" + filter.NextHop),
            ("map that cannot be listed", 6, () =>
                main["transport_maps"] = $"texthash:$config_directory/transport, regexp:{{{{/^boss@/ smtp:{Hop()}}}}}"),
            ("own policy", 8, () => main[Policies] = $"inline:{{ {{ {Hop()} = none }} }}"),
            ("own level", 20, () => main["smtp_tls_security_level"] = "may"),
            ("own map of sites", 4, () => main["smtp_tls_per_site"] = "inline:{ { d0.example.test = MUST } }"),
            ("resolver of its own", 10, () => master.AddRange(
                ["rewrite unix - - n - - trivial-rewrite", $"  -o relayhost={Hop()}"])),
        ];
        foreach (var domain in Domains.Where(_ => random.Next(4) > 0)) routes[domain] = "smtp:" + Hop();
        main["transport_maps"] = "texthash:$config_directory/transport";
        main["recipient_delimiter"] = "+";
        foreach (var (name, percent, add) in all)
        {
            if (random.Next(100) >= percent) continue;
            features.Add(name);
            add();
        }

        ChooseFilter();
    }

    // FILTER of the mail of one sender: to a filter on this host, or elsewhere. A connection to 0.0.0.0 leads to loopback, but is said to
    // lead anywhere.
    private void ChooseFilter()
    {
        var chosen = randomOfFilters.Next(100);
        var elsewhere = chosen is >= 30 and < 50;
        if (chosen >= 50 || main.ContainsKey("content_filter") || used == sinks.Length) return;
        var hop = elsewhere ? sinks[used++].NextHop.Replace("127.0.0.1", "0.0.0.0", StringComparison.Ordinal) : filter.NextHop;
        if (chosen % 2 == 0) main["header_checks"] = $"regexp:{{ {{/^From: chief@/ FILTER smtp:{hop}}} }}";
        else main[Restrictions] = $"check_sender_access inline:{{ {{ {Chief} = FILTER smtp:{hop} }} }}";
        filtersChief = !elsewhere;
        features.Add($"FILTER to {hop} by {(chosen % 2 == 0 ? "header" : "access table")}");
        if (!elsewhere || chosen < 34) return;
        var maps = main.GetValueOrDefault(Policies);
        main[Policies] = $"{(maps is null ? "" : maps + ", ")}inline:{{ {{ {hop} = encrypt }} }}";
        features.Add("its own policy");
    }

    private string Any() => Domains[random.Next(Domains.Length)];

    private void Own(string option)
    {
        master.AddRange(["own unix - - n - - smtp", $"  -o {option}"]);
        routes[Any()] = "own:" + Hop();
    }

    private IEnumerable<(string From, string To)> Mail =>
        from sender in new[] { "a@from.example.test", Chief }
        from domain in Domains.Append("sub.example.test")
        from user in new[] { "u", "boss", "u+x" }
        where sender[0] == 'a' || user == "u"
        select (sender, $"{user}@{domain}");

    private async Task SendAsync()
    {
        // Each recipient is routed by itself, also where several share a message.
        rounds++;
        var bySmtp = main.ContainsKey(Restrictions);
        foreach (var of in Mail.GroupBy(m => m.From))
        {
            string[] to = [.. of.Select(m => m.To)];
            await (bySmtp ? host.Postfix.SubmitAsync(of.Key, to) : host.Postfix.SendAsync(of.Key, to));
        }

        await Eventually.Has(
            () => Task.FromResult(Untried()), late => late.Count == 0, $"all mail was tried ({Features})", late => string.Join(", ", late));
    }

    private List<string> Untried()
    {
        var tries = Tried().Matches(host.Postfix.Log).CountBy(m => m.Groups[1].Value).ToDictionary();
        return [.. Mail.GroupBy(m => m.To).Where(m => tries.GetValueOrDefault(m.Key) < m.Count() * rounds).Select(m => m.Key)];
    }

    [GeneratedRegex(" to=<([^>]+)>,.* status=")]
    private static partial Regex Tried();

    private void Judge(ServicePart part, IReadOnlyList<string> free)
    {
        var controls = part.All<DestinationControl>();
        var promised = (
            from sink in sinks
            from mail in sink.Taken.Skip(judged.GetValueOrDefault(sink))
            let name = ControlOf(mail.Recipient[(mail.Recipient.IndexOf('@') + 1)..], controls)
            where name is not null && !free.Contains(name)
            let tls = controls[name].Tls
            where tls is DestinationTls.Required or DestinationTls.RequiredVerify
            let kept = mail.Encrypted && !(tls == DestinationTls.RequiredVerify && strangers.Contains(sink))
            select (Kept: kept, Text: $"{mail.Sender} to {mail.Recipient} ({name} {tls}) at {sink.NextHop}, encrypted: {mail.Encrypted}"))
            .ToList();
        foreach (var sink in sinks) judged[sink] = sink.Taken.Count;
        Held += promised.Count(p => p.Kept);
        broken.AddRange(promised.Where(p => !p.Kept).Select(p => $"round {rounds}: {p.Text}"));
        var filtered = Mail.Count(m => main.ContainsKey("content_filter") || (filtersChief && m.From == Chief)) * rounds;
        if (filter.Taken.Count < filtered) Stopped = [$"the filter got {filter.Taken.Count} of {filtered} messages"];
    }

    private static string? ControlOf(string domain, IReadOnlyDictionary<string, DestinationControl> controls)
    {
        if (controls.ContainsKey(domain)) return domain;
        if (domain.EndsWith(".example.test", StringComparison.Ordinal) && controls.ContainsKey(".example.test")) return ".example.test";
        return controls.ContainsKey("default") ? "default" : null;
    }
}

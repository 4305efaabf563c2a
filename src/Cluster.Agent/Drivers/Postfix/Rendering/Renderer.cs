using System.Security.Cryptography;
using System.Text;
using Cluster.Agent.Configuration;
using Cluster.Agent.Drivers.Generations;
using Cluster.Agent.Drivers.Postfix.ClientCertificates;
using Cluster.Agent.Drivers.Postfix.Files;
using Cluster.Agent.Drivers.Postfix.Routes;
using Cluster.Agent.Drivers.Postfix.Senders;
using Cluster.Agent.Drivers.Refusals;
using Cluster.Contracts.Bundles;
using Cluster.Contracts.Machines;
using Cluster.Contracts.Settings;
using Cluster.Pki.Certificates;

namespace Cluster.Agent.Drivers.Postfix.Rendering;

/// <summary>Renders a part for one Postfix; pure but for reading the system's list of authorities.</summary>
internal sealed class Renderer(ServicePart part, RenderInput input, LocalService local)
{
    private const string ServerNameMaps = "tls_server_sni_maps";
    private static readonly ItemName Outbound = new(OutboundSettings.Kind, Kinds.SingletonName);
    private readonly List<PartProblem> problems = [];
    private readonly List<string> warnings = [];
    private readonly SortedDictionary<string, byte[]> files = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, string> parameters = new(StringComparer.Ordinal);
    private IReadOnlyDictionary<string, OwnTransport> transports = new Dictionary<string, OwnTransport>();

    /// <summary>Renders, and says everything that forbids applying it.</summary>
    public (RenderedState State, IReadOnlyList<PartProblem> Problems) Render()
    {
        var listeners = ListenerPlanner.Plan(part, local, problems);
        foreach (var listener in listeners) AddListener(listener);
        AddOutbound();
        AddTrust();
        AddProtocols();
        AddClientTrust([.. listeners.Where(l => l.TrustsClients)]);
        if (parameters.Count > 0) AddCommon(listeners.Count > 0);
        warnings.AddRange(input.Orphaned);
        var bases = transports.ToDictionary(t => t.Key, t => t.Value.Base, StringComparer.Ordinal);
        var state = new RenderedState
        {
            Part = part,
            Master = TransportEdit.Make(MasterCfEdit.Make(input.Master, input.Administrator, listeners, problems), bases),
            Transports = bases,
            Listeners = listeners,
            Files = files,
            Parameters = parameters,
            Findings = input.Published.Hash,
            Warnings = [.. warnings.Distinct(StringComparer.Ordinal)],
        };
        return (state, problems);
    }

    private void AddListener(ListenerPlan listener)
    {
        parameters[listener.LevelName] = listener.Level;
        if (listener.TlsForAuth) parameters[PostfixNames.TlsForAuth(listener.Key)] = "yes";
        AddSenders(listener);
        if (listener.Certificate is null)
        {
            parameters[PostfixNames.Chain(listener.Key)] = "";
            return;
        }

        var document = part.All<Listener>()[listener.Name];
        var file = PostfixNames.ListenerFile(listener.Key);
        AddPem(file, document.Certificate!, listener.Certificate);
        var chain = PostfixNames.InGeneration(file);
        if (listener.Alternate is { } alternate)
        {
            var second = PostfixNames.AlternateFile(listener.Key);
            AddPem(second, document.AlternateCertificate!, alternate);
            chain += ", " + PostfixNames.InGeneration(second);
        }

        parameters[PostfixNames.Chain(listener.Key)] = chain;
        if (listener.ByName.Count > 0) parameters[PostfixNames.ServerNames(listener.Key)] = AddServerNames(listener, document);
    }

    // What stands against it is said where the options are brought into master.cf.
    private void AddSenders(ListenerPlan listener)
    {
        var entry = MasterCfEdit.Find(input.Master.WithoutOurs(), listener.EndPoint);
        if (MasterCfEdit.PlacementOf(entry, input.Administrator, listener, []) is not { } placement) return;
        var settings = SenderSettings.Of(listener.Senders!, listener.Key, placement);
        foreach (var (name, value) in settings.Parameters) parameters[name] = value;
        foreach (var (name, content) in settings.Files) files[name] = content;
    }

    // Ours come first; other names of the administrator's own go on being answered.
    private string AddServerNames(ListenerPlan listener, Listener document)
    {
        var rows = new List<string>();
        for (var i = 0; i < listener.ByName.Count; i++)
        {
            var file = PostfixNames.ServerNameFile(listener.Key, i + 1);
            AddPem(file, document.Sni![i].Certificate, listener.ByName[i].Value);
            rows.Add($"{{ {listener.ByName[i].Key} = {PostfixNames.InGeneration(file)} }}");
        }

        var own = $"inline:{{ {string.Join(", ", rows)} }}";
        // The last option of an entry counts, and ours comes after theirs.
        var theirs = MasterCfEdit.Find(input.Master.WithoutOurs(), listener.EndPoint)?.Option(ServerNameMaps)
            ?? input.Administrator.Find(ServerNameMaps);
        return string.IsNullOrEmpty(theirs) ? own : $"{own}, {theirs}";
    }

    private void AddPem(string file, string name, PartCertificate certificate)
    {
        if (CertificateCheck.Read(name, certificate, problems) is not { } chain) return;
        var served = input.Applied?.Certificates.Values.Any(c => c.Sha256 == certificate.Sha256) is true;
        CertificateCheck.CheckDates(name, chain[0], served, input.Now, problems, warnings);
        if (input.Keys(certificate.PublicKeySha256) is not { } key)
        {
            if (input.PlanOnly) files[file] = Encoding.ASCII.GetBytes(string.Concat(chain.Select(c => c.ToPem())));
            else problems.Add(new PartProblem(ApplyCodes.KeyMissing, $"The private key of certificate {name} has not arrived."));
            return;
        }

        var content = CertificateCheck.Compose(name, key, chain, problems);
        CryptographicOperations.ZeroMemory(key);
        if (content is not null) files[file] = content;
    }

    private void AddOutbound()
    {
        var destinations = part.All<DestinationControl>();
        var routes = CertificateRoutes.Make(destinations, input.Routing, problems);
        if (destinations.Count > 0)
            AddPolicies(PolicyRows.Make(destinations, routes.Seen(input.Routing), input.Administrator, problems, input.Published));
        AddRoutes(routes, destinations);
        var outbound = part.Singleton<OutboundSettings>();
        if (outbound?.Hostname is { } hostname)
        {
            if (Pki.Names.DnsNames.TryNormalise(hostname, out var name)) parameters["smtp_helo_name"] = name;
            else problems.Add(PartProblem.Invalid(Outbound, $"The outbound host name {hostname} is not a host name."));
        }

        // Postfix has one certificate for all that have no transport of their own.
        var item = PolicyRows.ItemOf(DestinationControl.DefaultName);
        var fallback = destinations.GetValueOrDefault(DestinationControl.DefaultName)?.Certificate;
        if (outbound?.Certificate is { } all && fallback is not null && all != fallback)
        {
            var message = $"Destination default: its client certificate {fallback} is another than that of all outgoing connections, "
                + $"{all}; Postfix has one for all that have none of their own. Name the same, or one of them only.";
            problems.Add(new PartProblem(ApplyCodes.Unsupported, message) { Items = [item, Outbound] });
            return;
        }

        if (outbound?.Certificate is { } client) AddClient(client, Outbound, "smtp_tls_chain_files", PostfixNames.ClientFile);
        else if (fallback is not null) AddClient(fallback, item, "smtp_tls_chain_files", PostfixNames.ClientFile);
    }

    private void AddClient(string name, ItemName item, string parameter, string file)
    {
        if (!part.Certificates.TryGetValue(name, out var certificate))
        {
            problems.Add(PartProblem.Invalid(item, $"The client certificate {name} is not in the part."));
            return;
        }

        parameters[parameter] = PostfixNames.InGeneration(file);
        AddPem(file, name, certificate);
    }

    private void AddRoutes(CertificateRoutes routes, IReadOnlyDictionary<string, DestinationControl> destinations)
    {
        if (routes.Rows.Count == 0) return;
        transports = routes.Transports;
        foreach (var transport in transports.Values)
        {
            var user = destinations.First(d => d.Value.Certificate == transport.Certificate).Key;
            AddClient(transport.Certificate, PolicyRows.ItemOf(user), transport.Parameter, transport.File);
            foreach (var (limit, value) in CopiedLimits.Of(transport, input.Administrator)) parameters[limit] = value;
        }

        files[PostfixNames.RouteFile] = Encoding.UTF8.GetBytes(routes.Text);
        parameters["transport_maps"] = BeforeTheirs("transport_maps", PostfixNames.RouteFile);
    }

    private string BeforeTheirs(string parameter, string file)
    {
        var own = "texthash:" + PostfixNames.InGeneration(file);
        var theirs = input.Administrator.Find(parameter);
        return string.IsNullOrEmpty(theirs) ? own : $"{own}, {theirs}";
    }

    private void AddPolicies(PolicyRows rows)
    {
        warnings.AddRange(rows.Warnings);
        files[PostfixNames.PolicyFile] = Encoding.UTF8.GetBytes(rows.Text);
        parameters["smtp_tls_policy_maps"] = BeforeTheirs("smtp_tls_policy_maps", PostfixNames.PolicyFile);
        var destinations = part.All<DestinationControl>().Values;
        if (destinations.Any(DestinationValue.UsesDane)) foreach (var (name, value) in DaneHop.Parameters) parameters[name] = value;
        if (input.Routing.Version.LetsSendersLower && destinations.Any(DestinationValue.Encrypts))
            parameters[TransportOptions.SendersLower] = "no";
        if (rows.DefaultLevel is { } level) parameters["smtp_tls_security_level"] = level;
        if (rows.DefaultMatch is not { } match) return;
        parameters["smtp_tls_secure_cert_match"] = match;
        parameters["smtp_tls_servername"] = "hostname";
    }

    private void AddProtocols()
    {
        var blocks = part.All<TlsProtocolBlock>();
        if (blocks.GetValueOrDefault(TlsProtocolBlock.SmtpInbound) is { } inbound)
        {
            problems.AddRange(ProtocolParameters.AgainstListeners(inbound));
            foreach (var (name, value) in ProtocolParameters.OfListeners(inbound, input.Version)) parameters[name] = value;
        }

        if (input.InboundRefusal is { } seen) problems.Add(PartProblem.OfHost(ProtocolParameters.Inbound, seen));
        if (blocks.GetValueOrDefault(TlsProtocolBlock.SmtpOutbound) is not { } outbound) return;
        problems.AddRange(ProtocolParameters.AgainstMail(outbound));
        if (input.OutboundRefusal is { } against) problems.Add(PartProblem.OfHost(ProtocolParameters.Outbound, against));
        foreach (var (name, value) in ProtocolParameters.OfMail(outbound, input.Version)) parameters[name] = value;
    }

    // Whatever is not plainly "no" (YES, a reference) can mean yes.
    private bool MayAppendSystem => input.Administrator.Find("tls_append_default_CA") is { Length: > 0 } and not "no";

    private void AddTrust()
    {
        var verifies = part.All<DestinationControl>().Values.Any(c => DestinationValue.Verifies(c));
        var theirs = !string.IsNullOrEmpty(input.Administrator.Find("smtp_tls_CAfile"))
            || !string.IsNullOrEmpty(input.Administrator.Find("smtp_tls_CApath"));
        var trust = part.Trust ?? (verifies && !theirs ? new PartTrust { UseSystem = true, Authorities = [] } : null);
        if (trust is null) return;
        var authorities = trust.Authorities.Select((a, i) => Authority(a, i)).OfType<CertificateInfo>().ToArray();
        parameters["smtp_tls_CAfile"] = FileOf(PostfixNames.TrustFile, trust.UseSystem, authorities);

        // The directory would be trusted beside the file, whatever the part says.
        parameters["smtp_tls_CApath"] = "";
        if (MayAppendSystem && !trust.UseSystem) parameters["tls_append_default_CA"] = "no";
    }

    // Client certificates lead to a list of their own, else to whatever is trusted. Other listeners of the administrator keep theirs.
    private void AddClientTrust(ListenerPlan[] verifying)
    {
        if (verifying.Length == 0) return;
        var trust = part.Trust ?? new PartTrust { UseSystem = true, Authorities = [] };
        var useSystem = trust.ClientAuthorities is null && trust.UseSystem;
        var authorities =
            (trust.ClientAuthorities ?? trust.Authorities).Select((a, i) => Authority(a, i)).OfType<CertificateInfo>().ToArray();
        var file = FileOf(trust.ClientAuthorities is null ? PostfixNames.TrustFile : PostfixNames.ClientTrustFile, useSystem, authorities);
        foreach (var listener in verifying)
        {
            if (listener.VerifiesClients) parameters[PostfixNames.ClientRequired(listener.Key)] = "yes";
            parameters[PostfixNames.ClientAuthorities(listener.Key)] = file.Length > 0 ? file : KeptClientTrust(listener);
            parameters[PostfixNames.ClientAuthoritiesDirectory(listener.Key)] = "";
            parameters[PostfixNames.ClientAppendsDefault(listener.Key)] = "no";
        }
    }

    // Without any authority every client would be refused: a listener that is live goes on with those that it was applied with.
    private string KeptClientTrust(ListenerPlan listener)
    {
        var kept = input.ClientTrust(listener.Key);
        problems.Add(ClientTrust.Nobody(part, listener.Name, isLive: kept is not null));
        if (kept?.Content is not { } content) return kept?.Path ?? "";
        files[PostfixNames.ClientTrustFile] = content;
        return PostfixNames.InGeneration(PostfixNames.ClientTrustFile);
    }

    private string FileOf(string name, bool useSystem, CertificateInfo[] authorities)
    {
        var system = useSystem ? SystemAuthorityFile.Find() : null;
        if (useSystem && system is null) warnings.Add("This host has no list of system authorities (package ca-certificates).");
        if (authorities.Length == 0) return system ?? "";
        var own = string.Concat(authorities.Select(a => a.ToPem()));
        files[name] = [.. Encoding.ASCII.GetBytes(own), .. system is null ? [] : HostFile.Read(system)];
        return PostfixNames.InGeneration(name);
    }

    private CertificateInfo? Authority(string base64, int index)
    {
        var der = new byte[base64.Length];
        var info = Convert.TryFromBase64String(base64, der, out var length) ? CertificateInfo.TryRead(der.AsSpan(0, length)) : null;

        // Another list of authorities would change what each verified destination and client means: nothing goes live.
        if (info is null) problems.Add(new PartProblem(ApplyCodes.InvalidPart, $"Trusted authority {index + 1} is not a certificate."));
        return info;
    }

    private void AddCommon(bool inbound)
    {
        // A daemon that dies of a bad setting is held back for this long, beyond a restore; the default of 60 s would be an outage.
        parameters[PostfixNames.Throttle] = "1s";
        foreach (var side in inbound ? new[] { "smtp", "smtpd" } : ["smtp"])
        {
            // Postfix among themselves would agree on ciphers without any certificate.
            var excluded = input.Administrator.Find(side + "_tls_exclude_ciphers") ?? "";
            var missing = Excluded(side).Except(Words.Of(excluded), StringComparer.Ordinal).ToList();
            if (missing.Count > 0)
                parameters[side + "_tls_exclude_ciphers"] = string.Join(", ", missing.Prepend(excluded).Where(w => w.Length > 0));
            if (input.Administrator.Find(side + "_tls_loglevel") is null or "" or "0") parameters[side + "_tls_loglevel"] = "1";
        }
    }

    // Should somebody take the list of ciphers away, its grade would mean ciphers without encryption: then mail rather waits.
    private string[] Excluded(string side) =>
        side == "smtp" && parameters.ContainsKey(ProtocolParameters.OwnList) ? ["aNULL", "eNULL"] : ["aNULL"];
}

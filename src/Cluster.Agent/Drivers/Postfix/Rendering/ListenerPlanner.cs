using System.Net;
using Cluster.Agent.Configuration;
using Cluster.Agent.Drivers.Postfix.Senders;
using Cluster.Agent.Drivers.Refusals;
using Cluster.Contracts.Bundles;
using Cluster.Contracts.Settings;
using Cluster.Pki.Names;
using Cluster.Verification.Tls;

namespace Cluster.Agent.Drivers.Postfix.Rendering;

/// <summary>Turns the listeners of a part into plans and says everything that this driver cannot express.</summary>
internal static class ListenerPlanner
{
    /// <summary>Plans each listener; those that stand in <paramref name="problems"/> afterwards have none.</summary>
    public static IReadOnlyList<ListenerPlan> Plan(ServicePart part, LocalService local, List<PartProblem> problems)
    {
        foreach (var (name, policy) in part.All<MailFlowPolicy>()) RefuseUnsupported(
            new ItemName(MailFlowPolicy.Kind, name), policy, problems);
        var plans = new List<ListenerPlan>();
        foreach (var (name, listener) in part.All<Listener>().OrderBy(l => l.Key, StringComparer.Ordinal))
        {
            if (Plan(new ItemName(Listener.Kind, name), listener, part, local, problems) is { } plan) plans.Add(plan);
        }

        return plans;
    }

    private static ListenerPlan? Plan(ItemName item, Listener listener, ServicePart part, LocalService local, List<PartProblem> problems)
    {
        var before = problems.Count;
        if (local.FindEndpoint(item.Kind, item.Name) is not { } place || !IPAddress.TryParse(place.Address, out var address))
        {
            problems.Add(PartProblem.Unsupported(
                item, $"Listener {item.Name} is not hosted here. Give it an endpoint with an address in the host's own file."));
            return null;
        }

        var names = new SenderPlanner(item, listener, part, problems);
        var policies = part.All<MailFlowPolicy>();
        foreach (var name in names.Names.Where(n => !policies.ContainsKey(n)))
            problems.Add(PartProblem.Invalid(item, $"Listener {item.Name}: mail flow policy {name} is not in the part."));
        if (problems.Count > before) return null;
        var met = names.Names.Select(n => policies[n]).ToList();
        var senders = names.Plan();
        var level = LevelOf(met);
        var certificate = CertificateOf(item, listener, level, part, problems);
        var alternate = certificate is null ? null : AlternateOf(item, listener, certificate, part, problems);
        var byName = certificate is null ? [] : ByNameOf(item, listener, part, problems);
        RefuseTables(item, senders, problems);
        var tlsForAuth = TlsForAuthOf(item, names.Names, policies, problems);
        return problems.Count > before ? null : new ListenerPlan
        {
            Name = item.Name,
            EndPoint = new IPEndPoint(address, place.Port),
            Hostname = DnsNames.TryNormalise(listener.Hostname, out var hostname) ? hostname : "",
            Level = level,
            Certificate = certificate,
            Alternate = alternate,
            ByName = byName,
            VerifiesClients = senders is null && met[0].VerifyClientCertificate is true,
            Senders = senders,
            TlsForAuth = tlsForAuth,
            Protocols = level == "none" ? null : part.All<TlsProtocolBlock>().GetValueOrDefault(TlsProtocolBlock.SmtpInbound),
        };
    }

    private static PartCertificate? CertificateOf(
        ItemName item, Listener listener, string level, ServicePart part, List<PartProblem> problems)
    {
        if (level == "none") return null;
        if (listener.Certificate is null)
        {
            problems.Add(PartProblem.Invalid(item, $"Listener {item.Name} offers TLS but names no certificate."));
            return null;
        }

        return Find(item, listener.Certificate, part, problems);
    }

    private static PartCertificate? AlternateOf(
        ItemName item, Listener listener, PartCertificate certificate, ServicePart part, List<PartProblem> problems)
    {
        if (listener.AlternateCertificate is not { } name || Find(item, name, part, problems) is not { } alternate) return null;
        if (ExpectedCertificate.Of(alternate).KeyKind != ExpectedCertificate.Of(certificate).KeyKind) return alternate;
        problems.Add(PartProblem.Unsupported(
            item,
            $"Listener {item.Name}: certificates {listener.Certificate} and {name} have the same kind of key; Postfix serves one of each "
                + "kind."));
        return null;
    }

    private static List<KeyValuePair<string, PartCertificate>> ByNameOf(
        ItemName item, Listener listener, ServicePart part, List<PartProblem> problems)
    {
        var byName = new List<KeyValuePair<string, PartCertificate>>();
        foreach (var sni in listener.Sni ?? [])
        {
            if (!DnsNames.TryNormalise(sni.ServerName, out var name))
                problems.Add(PartProblem.Invalid(item, $"Listener {item.Name}: {sni.ServerName} is not a host name."));
            else if (Find(item, sni.Certificate, part, problems) is { } certificate) byName.Add(KeyValuePair.Create(name, certificate));
        }

        return byName;
    }

    private static PartCertificate? Find(ItemName item, string name, ServicePart part, List<PartProblem> problems)
    {
        if (part.Certificates.TryGetValue(name, out var certificate)) return certificate;
        problems.Add(PartProblem.Invalid(item, $"Listener {item.Name}: certificate {name} is not in the part."));
        return null;
    }

    private static void RefuseUnsupported(ItemName item, MailFlowPolicy policy, List<PartProblem> problems)
    {
        // Under preferred TLS Postfix takes an untrusted certificate, and no restriction changes that.
        if (policy.VerifyClientCertificate is true && policy.Tls != PolicyTls.Required)
            Refuse("verification of client certificates without required TLS");
        if (policy.TlsMandatoryFor is not null && policy.Tls != PolicyTls.Preferred)
            Refuse("TLS mandatory for an address list without preferred TLS");

        void Refuse(string what) =>
            problems.Add(PartProblem.Unsupported(item, $"Mail flow policy {item.Name}: {what} cannot be applied to this Postfix."));
    }

    private static void RefuseTables(ItemName item, SenderPlan? senders, List<PartProblem> problems)
    {
        if (senders is not { Restricts: true }) return;
        var count = new SenderTables(senders, "").Count;
        if (count <= SenderTables.MostRuns) return;
        problems.Add(PartProblem.Unsupported(
            item,
            $"Listener {item.Name}: its senders change between addresses and host names {count - 1} times with other policies; Postfix "
                + $"follows {SenderTables.MostRuns - 1} changes. Put groups with host names one behind the other."));
    }

    // Postfix offers AUTH to all clients of a listener alike; where TLS is required, AUTH in clear text leads nowhere.
    private static bool TlsForAuthOf(
        ItemName item, IReadOnlyList<string> names, IReadOnlyDictionary<string, MailFlowPolicy> policies, List<PartProblem> problems)
    {
        var asking = names.Where(n => policies[n].RequireTlsForAuth is true).ToList();
        var others = names.Where(n => policies[n].RequireTlsForAuth is not true && policies[n].Tls != PolicyTls.Required).ToList();
        if (asking.Count > 0 && others.Count > 0)
            problems.Add(PartProblem.Unsupported(
                item,
                $"Listener {item.Name}: policy {asking[0]} offers AUTH under TLS only, policy {others[0]} also without; Postfix "
                    + "(smtpd_tls_auth_only) does the one or the other for a whole listener. Let both say the same in requireTlsForAuth, "
                    + "or use a listener for each."));
        return asking.Count > 0;
    }

    private static string LevelOf(List<MailFlowPolicy> policies)
    {
        if (policies.TrueForAll(p => p.Tls == PolicyTls.Off)) return "none";
        return policies.TrueForAll(p => p.Tls == PolicyTls.Required) ? "encrypt" : "may";
    }
}

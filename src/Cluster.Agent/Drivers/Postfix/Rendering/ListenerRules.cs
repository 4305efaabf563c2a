using System.Net;
using Cluster.Agent.Configuration;
using Cluster.Contracts.Bundles;
using Cluster.Contracts.Settings;

namespace Cluster.Agent.Drivers.Postfix.Rendering;

/// <summary>Turns the listeners of a part into plans and says everything that this driver cannot express.</summary>
internal static class ListenerRules
{
    /// <summary>Plans each listener; whatever stands in <paramref name="problems"/> afterwards forbids applying.</summary>
    public static IReadOnlyList<ListenerPlan> Plan(ServicePart part, LocalService local, List<PartProblem> problems)
    {
        var plans = new List<ListenerPlan>();
        foreach (var (name, listener) in part.All<Listener>().OrderBy(l => l.Key, StringComparer.Ordinal))
        {
            if (Plan(name, listener, part, local, problems) is { } plan) plans.Add(plan);
        }

        return plans;
    }

    private static ListenerPlan? Plan(string name, Listener listener, ServicePart part, LocalService local, List<PartProblem> problems)
    {
        var before = problems.Count;
        if (local.FindEndpoint(Kinds.Listeners, name) is not { } place || !IPAddress.TryParse(place.Address, out var address))
        {
            problems.Add(PartProblem.Unsupported($"Listener {name} is not hosted here: the host's own file does not name it with an address."));
            return null;
        }

        if (!part.All<MailFlowPolicy>().TryGetValue(listener.DefaultPolicy, out var policy))
        {
            problems.Add(PartProblem.Invalid($"Listener {name}: mail flow policy {listener.DefaultPolicy} is not in the part."));
            return null;
        }

        RefuseUnsupported(name, listener, policy, part, problems);
        var certificate = CertificateOf(name, listener, policy, part, problems);
        return problems.Count > before ? null : new ListenerPlan
        {
            Name = name,
            EndPoint = new IPEndPoint(address, place.Port),
            Level = LevelOf(policy.Tls),
            Certificate = certificate,
            VerifiesClients = policy.VerifyClientCertificate is true,
        };
    }

    private static PartCertificate? CertificateOf(string name, Listener listener, MailFlowPolicy policy, ServicePart part, List<PartProblem> problems)
    {
        if (policy.Tls == PolicyTls.Off) return null;
        if (listener.Certificate is null)
        {
            problems.Add(PartProblem.Invalid($"Listener {name} offers TLS but names no certificate."));
            return null;
        }

        if (part.Certificates.TryGetValue(listener.Certificate, out var certificate)) return certificate;
        problems.Add(PartProblem.Invalid($"Listener {name}: certificate {listener.Certificate} is not in the part."));
        return null;
    }

    private static void RefuseUnsupported(string name, Listener listener, MailFlowPolicy policy, ServicePart part, List<PartProblem> problems)
    {
        void Refuse(bool condition, string what)
        {
            if (condition) problems.Add(PartProblem.Unsupported($"Listener {name}: {what} cannot be applied to this Postfix."));
        }

        Refuse(listener.AlternateCertificate is not null, "an alternate certificate");
        Refuse(listener.Sni is { Count: > 0 }, "certificates by server name");
        // Under preferred TLS Postfix takes an untrusted certificate, and no restriction changes that.
        Refuse(policy.VerifyClientCertificate is true && policy.Tls != PolicyTls.Required, "verification of client certificates without required TLS");
        Refuse(policy.TlsMandatoryFor is not null, "TLS mandatory for an address list");
        Refuse(policy.RequireTlsForAuth is true, "TLS required for AUTH");
        Refuse(
            (listener.SenderGroups ?? []).Any(g => !part.All<MailFlowPolicy>().TryGetValue(g.Policy, out var other) || other != policy),
            "a sender group with another policy than the listener's");
    }

    private static string LevelOf(PolicyTls tls) => tls switch
    {
        PolicyTls.Off => "none",
        PolicyTls.Preferred => "may",
        _ => "encrypt",
    };
}

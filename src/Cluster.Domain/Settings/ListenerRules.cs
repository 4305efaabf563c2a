using System.Text.RegularExpressions;
using Cluster.Contracts.Json;
using Cluster.Contracts.Settings;

namespace Cluster.Domain.Settings;

internal static partial class ListenerRules
{
    /// <summary>The MX records of each are looked up again and again.</summary>
    public const int MaximumDomains = 500;

    public static IReadOnlyList<DocumentRule<Listener>> All { get; } =
    [
        static (listener, _) => FieldRules.Port(listener.Port, "/port"),
        static (listener, _) => FieldRules.HostName(listener.Hostname, "/hostname"),
        static (listener, _) => InterfaceName(listener),
        static (listener, _) => Domains(listener),
        static (listener, _) => Certificates(listener),
        static (listener, _) => Sni(listener),
        static (listener, _) => FieldRules.Reference(listener.DefaultPolicy, "/defaultPolicy"),
        static (listener, _) => SenderGroupRules.Check(listener.SenderGroups ?? []),
    ];

    public static IEnumerable<ItemReference> References(Listener listener)
    {
        if (listener.Certificate is { } certificate) yield return new ItemReference(Kinds.Certificates, certificate, "/certificate");
        if (listener.AlternateCertificate is { } alternate) yield return new ItemReference(Kinds.Certificates, alternate, "/alternateCertificate");
        for (var i = 0; i < (listener.Sni?.Count ?? 0); i++) yield return new ItemReference(Kinds.Certificates, listener.Sni![i].Certificate, $"/sni/{i}/certificate");
        yield return new ItemReference(Kinds.MailFlowPolicies, listener.DefaultPolicy, "/defaultPolicy");
        for (var i = 0; i < (listener.SenderGroups?.Count ?? 0); i++) yield return new ItemReference(Kinds.MailFlowPolicies, listener.SenderGroups![i].Policy, $"/senderGroups/{i}/policy");
    }

    private static IEnumerable<FieldError> InterfaceName(Listener listener)
    {
        if (listener.Interface is { } name && !InterfacePattern().IsMatch(name))
            yield return new FieldError("/interface", "interface", "The name of a network interface has 1 to 15 letters, digits, '.', '_', ':', '@' and '-'.");
    }

    private static IEnumerable<FieldError> Domains(Listener listener)
    {
        var domains = listener.Domains ?? [];
        if (domains.Count > MaximumDomains)
            return [new FieldError("/domains", "too-many", $"A listener names at most {MaximumDomains} domains; this one has {domains.Count}. Name those whose MX records matter here: the others are served all the same.")];
        return domains.SelectMany((domain, i) => FieldRules.HostName(domain, $"/domains/{i}"))
            .Concat(FieldRules.Unique(domains, "/domains", "domain", FieldRules.Domain));
    }

    private static IEnumerable<FieldError> Certificates(Listener listener)
    {
        foreach (var error in FieldRules.Reference(listener.Certificate, "/certificate")) yield return error;
        foreach (var error in FieldRules.Reference(listener.AlternateCertificate, "/alternateCertificate")) yield return error;
        if (listener.AlternateCertificate is null) yield break;
        if (listener.Certificate is null) yield return new FieldError("/alternateCertificate", "contradiction", "An alternate certificate needs a first one; set 'certificate'.");
        else if (listener.Certificate == listener.AlternateCertificate) yield return new FieldError("/alternateCertificate", "contradiction", "The alternate certificate is the certificate itself; name another one, with another kind of key.");
    }

    private static IEnumerable<FieldError> Sni(Listener listener)
    {
        var sni = listener.Sni ?? [];
        if (sni.Count > 0 && listener.Certificate is null) yield return new FieldError("/sni", "contradiction", "Certificates by server name need one for all other clients; set 'certificate'.");
        for (var i = 0; i < sni.Count; i++)
        {
            foreach (var error in FieldRules.HostName(sni[i].ServerName, $"/sni/{i}/serverName")) yield return error;
            foreach (var error in FieldRules.Reference(sni[i].Certificate, $"/sni/{i}/certificate")) yield return error;
        }

        foreach (var error in FieldRules.Unique([.. sni.Select(s => s.ServerName)], "/sni", "server name", FieldRules.Domain)) yield return error;
    }

    [GeneratedRegex("^[A-Za-z0-9._:@-]{1,15}\\z", RegexOptions.CultureInvariant)]
    private static partial Regex InterfacePattern();
}

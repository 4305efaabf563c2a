using System.Text.Json;
using System.Text.RegularExpressions;
using Cluster.Contracts.Bundles;
using Cluster.Contracts.Json;
using Cluster.Contracts.Settings;
using Cluster.Domain.Configuration;
using Cluster.Domain.Fleet;
using Cluster.Domain.Levels;
using Cluster.Domain.Validation;

namespace Cluster.Domain.Settings;

/// <summary>SMTP listeners.</summary>
internal sealed partial class ListenerKind() : KindDefinition<Listener>(Reach.HostedEndpoint)
{
    // The MX records of each are looked up again and again.
    private const int MaximumDomains = 500;

    protected override IReadOnlyList<DocumentRule<Listener>> Rules { get; } =
    [
        static (listener, _) => FieldRules.Port(listener.Port, "/port"),
        static (listener, _) => FieldRules.HostName(listener.Hostname, "/hostname"),
        static (listener, _) => InterfaceName(listener),
        static (listener, _) => Domains(listener),
        static (listener, _) => Certificates(listener),
        static (listener, _) => Sni(listener),
        static (listener, _) => FieldRules.Reference(listener.DefaultPolicy, "/defaultPolicy"),
        static (listener, _) => SenderGroupRules.Comment(listener.DefaultPolicyComment, "/defaultPolicyComment", mayBreak: true),
        static (listener, _) => SenderGroupRules.Check(listener.SenderGroups ?? []),
    ];

    public override bool RestoreWhenHidden => true;

    public override IReadOnlyList<string> RefersTo { get; } = [CertificateSettings.Kind, MailFlowPolicy.Kind];

    // What people write for people changes nothing on a host, and must not make one apply anything.
    internal override JsonElement ForHosts(SettingsDocument document)
    {
        var listener = document.Read<Listener>();
        var groups = listener.SenderGroups ?? [];
        if (listener.DefaultPolicyComment is null && groups.All(g => g is { Comment: null, SenderComments: null }))
            return document.ToElement();
        var bare = listener with
        {
            DefaultPolicyComment = null,
            SenderGroups = listener.SenderGroups is null
                ? null
                : [.. groups.Select(g => g with { Comment = null, SenderComments = null })],
        };
        return SettingsDocument.Of(bare).ToElement();
    }

    protected override IEnumerable<ItemReference> ReferencesOf(Listener document)
    {
        var isPublic = document.Type == ListenerType.Public;
        if (document.Certificate is { } certificate)
            yield return ItemReference.ToServerCertificate(certificate, "/certificate", document.Hostname, isPublic);
        if (document.AlternateCertificate is { } alternate)
            yield return ItemReference.ToServerCertificate(alternate, "/alternateCertificate", document.Hostname, isPublic);
        var sni = document.Sni ?? [];
        for (var i = 0; i < sni.Count; i++)
            yield return ItemReference.ToServerCertificate(sni[i].Certificate, $"/sni/{i}/certificate", sni[i].ServerName, isPublic);
        yield return new ItemReference(MailFlowPolicy.Kind, document.DefaultPolicy, "/defaultPolicy");
        var groups = document.SenderGroups ?? [];
        for (var i = 0; i < groups.Count; i++)
            yield return new ItemReference(MailFlowPolicy.Kind, groups[i].Policy, $"/senderGroups/{i}/policy");
    }

    // What its policies ask is asked of the service that hosts the listener.
    protected override IEnumerable<Need> NeedsOf(Listener document, NeedContext context)
    {
        if (document.Certificate is not null) yield return new Need(Features.ListenerCertificate, "a certificate");
        if (document.AlternateCertificate is not null)
            yield return new Need(Features.ListenerAlternateCertificate, "an alternate certificate");
        if (document.Sni is { Count: > 0 }) yield return new Need(Features.ListenerSni, "certificates by server name");
        if (document.SenderGroups is { Count: > 0 }) yield return new Need(Features.ListenerSenderGroups, "sender groups");
        foreach (var (name, policy) in Policies(context.Effective, document))
        {
            foreach (var need in MailFlowPolicyKind.Of(policy)) yield return need with { What = $"policy '{name}' with {need.What}" };
        }
    }

    internal override NotServed WhenNotServed(Item item) => new(
        "listener-not-hosted",
        $"No machine that has joined hosts a listener '{item.Name}'.",
        "Name the listener under a service in the agent's local file on the host that should serve it, or delete it.");

    internal override IEnumerable<RawFinding> CheckEffective(MachineClass machines, ValidationInput input)
    {
        var clientsTrusted = EffectiveTrust.Of(machines.Effective).TrustsClients;
        foreach (var (item, listener) in machines.Effective.All<Listener>())
        {
            if (WithoutCertificate(machines.Effective, item.Item, listener) is { } bare) yield return bare;
            foreach (var overlap in SenderOverlaps.Find(item.Item, listener)) yield return overlap;
            if (clientsTrusted || !Policies(machines.Effective, listener).Any(p => p.Policy.VerifyClientCertificate == true)) continue;
            yield return RawFinding.Error(
                "client-trust-empty",
                item.Item,
                $"Listener '{item.Name}' verifies client certificates, but no authority is trusted for them there: every client would "
                    + "be refused.",
                "Add a trusted authority, name it in 'clientAuthorities' of trust, or do not verify client certificates.");
        }
    }

    internal override IEnumerable<string> Dangers(EffectiveConfiguration before, EffectiveConfiguration after)
    {
        foreach (var (item, listener) in before.All<Listener>())
        {
            if (after.Get<Listener>(item.Name) is not { } now) continue;
            var sunk = ListenerWeakening.Find(
                new HatPolicies(listener, before.Get<MailFlowPolicy>), new HatPolicies(now, after.Get<MailFlowPolicy>));
            if (sunk is { } level) yield return level == PolicyTls.Off ? DangerousChanges.TlsRemoved : DangerousChanges.ModeLowered;
        }
    }

    private static RawFinding? WithoutCertificate(EffectiveConfiguration effective, Item item, Listener listener)
    {
        if (listener.Certificate is not null) return null;
        var offering = Policies(effective, listener).Where(p => p.Policy.Tls != PolicyTls.Off).Select(p => p.Name).ToList();
        return offering.Count == 0
            ? null
            : RawFinding.Error(
                "tls-without-certificate",
                item,
                $"Listener '{item.Name}' has no certificate, but its policies offer TLS: {string.Join(", ", offering)}.",
                "Set 'certificate', or use policies with TLS off.");
    }

    // The policies that senders can meet; a name that leads nowhere is a finding of its own.
    private static IEnumerable<(string Name, MailFlowPolicy Policy)> Policies(EffectiveConfiguration effective, Listener listener)
    {
        foreach (var name in (listener.SenderGroups ?? []).Select(g => g.Policy).Append(listener.DefaultPolicy).Distinct())
        {
            if (effective.Get<MailFlowPolicy>(name) is { } policy) yield return (name, policy);
        }
    }

    private static IEnumerable<FieldError> InterfaceName(Listener listener)
    {
        if (listener.Interface is { } name && !InterfacePattern().IsMatch(name))
            yield return new FieldError(
                "/interface",
                FieldErrorCodes.Interface,
                "The name of a network interface has 1 to 15 letters, digits, '.', '_', ':', '@' and '-'.");
    }

    private static IEnumerable<FieldError> Domains(Listener listener)
    {
        var domains = listener.Domains ?? [];
        if (domains.Count > MaximumDomains)
            return [
                new FieldError(
                    "/domains",
                    FieldErrorCodes.TooMany,
                    $"A listener names at most {MaximumDomains} domains; this one has {domains.Count}. Name those whose MX records "
                        + "matter here: the others are served all the same.")
            ];
        return domains.SelectMany((domain, i) => FieldRules.HostName(domain, $"/domains/{i}"))
            .Concat(FieldRules.Unique(domains, "/domains", "domain", FieldRules.Domain));
    }

    private static IEnumerable<FieldError> Certificates(Listener listener)
    {
        foreach (var error in FieldRules.Reference(listener.Certificate, "/certificate")) yield return error;
        foreach (var error in FieldRules.Reference(listener.AlternateCertificate, "/alternateCertificate")) yield return error;
        if (listener.AlternateCertificate is null) yield break;
        if (listener.Certificate is null)
            yield return new FieldError(
                "/alternateCertificate", FieldErrorCodes.Contradiction, "An alternate certificate needs a first one; set 'certificate'.");
        else if (listener.Certificate == listener.AlternateCertificate)
            yield return new FieldError(
                "/alternateCertificate",
                FieldErrorCodes.Contradiction,
                "The alternate certificate is the certificate itself; name another one, with another kind of key.");
    }

    private static IEnumerable<FieldError> Sni(Listener listener)
    {
        var sni = listener.Sni ?? [];
        if (sni.Count > 0 && listener.Certificate is null)
            yield return new FieldError(
                "/sni", FieldErrorCodes.Contradiction, "Certificates by server name need one for all other clients; set 'certificate'.");
        for (var i = 0; i < sni.Count; i++)
        {
            foreach (var error in FieldRules.HostName(sni[i].ServerName, $"/sni/{i}/serverName")) yield return error;
            foreach (var error in FieldRules.Reference(sni[i].Certificate, $"/sni/{i}/certificate")) yield return error;
        }

        foreach (var error in FieldRules.Unique([.. sni.Select(s => s.ServerName)], "/sni", "server name", FieldRules.Domain))
            yield return error;
    }

    [GeneratedRegex("^[A-Za-z0-9._:@-]{1,15}\\z", RegexOptions.CultureInvariant)]
    private static partial Regex InterfacePattern();
}

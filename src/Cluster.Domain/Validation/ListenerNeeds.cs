using Cluster.Contracts.Bundles;
using Cluster.Contracts.Settings;
using Cluster.Domain.Configuration;
using Cluster.Domain.Levels;

namespace Cluster.Domain.Validation;

/// <summary>The features that a listener and its policies need.</summary>
internal static class ListenerNeeds
{
    public static IEnumerable<(Item Item, string Feature, string What)> Of(EffectiveConfiguration effective, EffectiveItem item, Listener listener)
    {
        if (listener.Certificate is not null) yield return (item.Item, Features.ListenerCertificate, "a certificate");
        if (listener.AlternateCertificate is not null) yield return (item.Item, Features.ListenerAlternateCertificate, "an alternate certificate");
        if (listener.Sni is { Count: > 0 }) yield return (item.Item, Features.ListenerSni, "certificates by server name");
        if (listener.SenderGroups is { Count: > 0 }) yield return (item.Item, Features.ListenerSenderGroups, "sender groups");
        foreach (var name in (listener.SenderGroups ?? []).Select(g => g.Policy).Append(listener.DefaultPolicy).Distinct())
        {
            if (effective.Get<MailFlowPolicy>(name) is not { } policy) continue;
            foreach (var (feature, what) in Of(policy)) yield return (item.Item, feature, $"policy '{name}' with {what}");
        }
    }

    private static IEnumerable<(string Feature, string What)> Of(MailFlowPolicy policy)
    {
        yield return (Features.ListenerTls, "a TLS level");
        if (policy.VerifyClientCertificate == true && policy.Tls == PolicyTls.Required) yield return (Features.PolicyVerifyClientRequired, "verified client certificates under required TLS");
        if (policy.VerifyClientCertificate == true && policy.Tls == PolicyTls.Preferred) yield return (Features.PolicyVerifyClientPreferred, "verified client certificates under preferred TLS");
        if (policy.TlsMandatoryFor is not null) yield return (Features.PolicyTlsMandatoryFor, "TLS mandatory for an address list");
        if (policy.RequireTlsForAuth == true) yield return (Features.PolicyRequireTlsForAuth, "AUTH only under TLS");
    }
}

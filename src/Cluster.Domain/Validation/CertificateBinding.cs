using Cluster.Contracts.Settings;
using Cluster.Domain.Bundles;
using Cluster.Domain.Configuration;
using Cluster.Domain.Levels;
using Cluster.Pki.Findings;

namespace Cluster.Domain.Validation;

/// <summary>A place in an effective configuration that uses a certificate.</summary>
/// <param name="User">The item that names it.</param>
/// <param name="CertificateName">Name of the certificate.</param>
/// <param name="Use">As what it is used.</param>
internal sealed record CertificateBinding(Item User, string CertificateName, CertificateUse Use)
{
    private static readonly CertificateUse Client = new(BindingRole.Client, null, true);

    public string Label => $"{User.Key.Kind}/{User.Name}";

    public static IEnumerable<CertificateBinding> Of(EffectiveConfiguration effective)
    {
        foreach (var (item, listener) in effective.All<Listener>(Kinds.Listeners))
        {
            var use = new CertificateUse(BindingRole.Server, listener.Hostname, listener.Type == ListenerType.Public);
            if (listener.Certificate is { } certificate) yield return new CertificateBinding(item.Item, certificate, use);
            if (listener.AlternateCertificate is { } alternate) yield return new CertificateBinding(item.Item, alternate, use);
            foreach (var sni in listener.Sni ?? []) yield return new CertificateBinding(item.Item, sni.Certificate, use with { HostName = sni.ServerName });
        }

        foreach (var (item, destination) in effective.All<DestinationControl>(Kinds.DestinationControls))
        {
            if (destination.Certificate is { } certificate) yield return new CertificateBinding(item.Item, certificate, Client);
        }

        if (effective.Find(Kinds.Outbound, Kinds.SingletonName) is { } outbound && outbound.Item.Document!.Read<OutboundSettings>().Certificate is { } global)
            yield return new CertificateBinding(outbound.Item, global, Client);
    }

    public (EffectiveItem Certificate, CertificateContent? Content)? Resolve(EffectiveConfiguration effective, CertificateLookup lookup) =>
        effective.Find(Kinds.Certificates, CertificateName) is { } found ? (found, CertificateReferences.Resolve(effective, CertificateName, lookup)) : null;
}

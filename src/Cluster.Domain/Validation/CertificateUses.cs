using Cluster.Contracts.Settings;
using Cluster.Domain.Configuration;
using Cluster.Pki.Findings;

namespace Cluster.Domain.Validation;

/// <summary>Which certificates a setting uses, and as what.</summary>
public static class CertificateUses
{
    private static readonly CertificateUse Client = new(BindingRole.Client, null, true);

    /// <summary>Kinds of settings that use certificates.</summary>
    public static IReadOnlyList<string> UsingKinds { get; } = [Kinds.Listeners, Kinds.DestinationControls, Kinds.Outbound, Kinds.Interfaces];

    /// <summary>Returns the certificates that an item names; one that is hidden, or of another kind, names none.</summary>
    public static IEnumerable<(string Certificate, CertificateUse Use)> Of(Item item) => item.Hidden
        ? []
        : item.Key.Kind switch
        {
            Kinds.Listeners => OfListener(item.Document.Read<Listener>()),
            Kinds.DestinationControls => OfClient(item.Document.Read<DestinationControl>().Certificate),
            Kinds.Outbound => OfClient(item.Document.Read<OutboundSettings>().Certificate),
            Kinds.Interfaces => OfInterface(item.Document.Read<ManagementInterface>()),
            _ => [],
        };

    private static IEnumerable<(string Certificate, CertificateUse Use)> OfListener(Listener listener)
    {
        var use = new CertificateUse(BindingRole.Server, listener.Hostname, listener.Type == ListenerType.Public);
        if (listener.Certificate is { } certificate) yield return (certificate, use);
        if (listener.AlternateCertificate is { } alternate) yield return (alternate, use);
        foreach (var sni in listener.Sni ?? []) yield return (sni.Certificate, use with { HostName = sni.ServerName });
    }

    private static IEnumerable<(string Certificate, CertificateUse Use)> OfClient(string? certificate) => certificate is null ? [] : [(certificate, Client)];

    // Administrators reach it, the open internet does not.
    private static IEnumerable<(string Certificate, CertificateUse Use)> OfInterface(ManagementInterface management) =>
        [(management.HttpsCertificate, new CertificateUse(BindingRole.Server, management.Hostname, false))];
}

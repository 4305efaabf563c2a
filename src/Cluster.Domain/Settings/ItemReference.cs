using Cluster.Contracts.Settings;
using Cluster.Domain.Validation;
using Cluster.Pki.Findings;

namespace Cluster.Domain.Settings;

/// <summary>A name in a document that must lead to an object in the machine's effective configuration.</summary>
/// <param name="Kind">Kind of the object.</param>
/// <param name="Name">Name as written.</param>
/// <param name="Pointer">Where it stands in the document.</param>
/// <param name="Use">As what a certificate is used; null for other kinds.</param>
public sealed record ItemReference(string Kind, string Name, string Pointer, CertificateUse? Use = null)
{
    // Whoever a host connects to sees it.
    private static readonly CertificateUse Client = new(BindingRole.Client, null, true);

    /// <summary>A certificate that a service shows to whoever connects.</summary>
    /// <param name="name">Name of the certificate.</param>
    /// <param name="pointer">Where it stands in the document.</param>
    /// <param name="hostName">The name that peers expect; null = none.</param>
    /// <param name="isPublic">Whether peers of the open internet see it.</param>
    public static ItemReference ToServerCertificate(string name, string pointer, string? hostName, bool isPublic) =>
        new(CertificateSettings.Kind, name, pointer, new CertificateUse(BindingRole.Server, hostName, isPublic));

    /// <summary>A certificate that a service presents where it connects to.</summary>
    public static ItemReference ToClientCertificate(string name, string pointer) => new(CertificateSettings.Kind, name, pointer, Client);
}

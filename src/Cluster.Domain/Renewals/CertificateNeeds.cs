using Cluster.Contracts.Settings;
using Cluster.Domain.Validation;
using Cluster.Pki.Findings;
using Cluster.Pki.Names;
using Cluster.Pki.Renewals;

namespace Cluster.Domain.Renewals;

/// <summary>What a binding needs of its certificate: names that peers ask for, and the use that it makes of it.</summary>
internal static class CertificateNeeds
{
    private static readonly IReadOnlyList<string> OfServers = ["serverAuth", "digitalSignature"];
    private static readonly IReadOnlyList<string> OfClients = ["clientAuth", "digitalSignature"];

    /// <summary>Returns what the old certificate gave to a binding and the new one does not.</summary>
    /// <param name="binding">The place.</param>
    /// <param name="before">What it showed or presented.</param>
    /// <param name="after">What it will.</param>
    /// <param name="mx">What is known of MX records.</param>
    public static IEnumerable<LostNeed> Lost(CertificateBinding binding, ServedCertificate before, ServedCertificate after, MxRecords mx)
    {
        foreach (var host in Hosts(binding, mx))
        {
            if (before.NameFor(host) is { } name && after.NameFor(host) is null)
                yield return new LostNeed(DangerousChanges.CertificateNameLost, binding.Label, [name], host);
        }

        var role = binding.Use.Role;
        if (before.Suits(role) && !after.Suits(role))
            yield return new LostNeed(
                DangerousChanges.CertificateUsageLost, binding.Label, role == BindingRole.Server ? OfServers : OfClients, null);
    }

    // Senders that verify ask a listener for the name of the MX host (RFC 7672, 3.2.2). Who asks by SNI for another name gets the
    // certificate of that name, which has a binding of its own.
    private static IEnumerable<string> Hosts(CertificateBinding binding, MxRecords mx)
    {
        if (binding.Use is not { Role: BindingRole.Server, HostName: { } host }) return [];
        if (!binding.User.Key.Is<Listener>()) return [host];
        var listener = binding.User.Document!.Read<Listener>();
        return listener.Domains is { } domains && host == listener.Hostname
            ? domains.SelectMany(d => Seen(d, mx)).Prepend(host).Distinct()
            : [host];
    }

    private static IReadOnlyList<string> Seen(string domain, MxRecords mx) =>
        DnsNames.TryNormalise(domain, out var normalised) ? mx(normalised)?.Hosts ?? [] : [];
}

using Cluster.Contracts.Settings;
using Cluster.Domain.Fleet;

namespace Cluster.Domain.Validation;

/// <summary>A listener whose policies offer TLS has a certificate.</summary>
internal static class ListenerTlsRule
{
    public static IEnumerable<RawFinding> Check(MachineClass machines, ValidationInput input)
    {
        foreach (var (item, listener) in machines.Effective.All<Listener>())
        {
            if (listener.Certificate is not null) continue;
            var offering = (listener.SenderGroups ?? []).Select(g => g.Policy).Append(listener.DefaultPolicy).Distinct()
                .Where(name => machines.Effective.Get<MailFlowPolicy>(name) is { Tls: not PolicyTls.Off })
                .ToList();
            if (offering.Count == 0) continue;
            yield return RawFinding.Error(
                "tls-without-certificate",
                item.Item,
                $"Listener '{item.Name}' has no certificate, but its policies offer TLS: {string.Join(", ", offering)}.",
                "Set 'certificate', or use policies with TLS off.");
        }
    }
}

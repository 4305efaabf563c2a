using Cluster.Contracts.Settings;
using Cluster.Domain.Configuration;
using Cluster.Domain.Fleet;
using Cluster.Domain.Levels;
using Cluster.Domain.Settings;

namespace Cluster.Domain.Validation;

/// <summary>Whoever is to be verified must be verifiable: where no authority is trusted, a required verification refuses everybody.</summary>
internal static class VerifiableRule
{
    public static IEnumerable<RawFinding> Check(MachineClass machines, ValidationInput input)
    {
        var effective = machines.Effective;
        var trust = effective.Singleton<TrustSettings>();
        var trusts = trust?.UseSystem != false || (trust.UseCustom != false && Any(effective, effective.All<TrustedAuthority>().Select(a => a.Item.Name)));
        var clients = trust?.ClientAuthorities is { } names ? Any(effective, names) : trusts;
        foreach (var (item, listener) in effective.All<Listener>())
        {
            if (clients || !Policies(listener).Any(p => effective.Get<MailFlowPolicy>(p)?.VerifyClientCertificate == true)) continue;
            yield return RawFinding.Error(
                "client-trust-empty",
                item.Item,
                $"Listener '{item.Name}' verifies client certificates, but no authority is trusted for them there: every client would be refused.",
                "Add a trusted authority, name it in 'clientAuthorities' of trust, or do not verify client certificates.");
        }

        foreach (var (item, destination) in effective.All<DestinationControl>())
        {
            if (trusts || !DestinationRules.IsVerified(destination.Tls)) continue;
            yield return RawFinding.Error(
                "server-trust-empty",
                item.Item,
                $"Mail to '{item.Name}' goes only to verified servers, but no authority is trusted there: nothing would be delivered.",
                "Add a trusted authority, switch the system's list on, or choose a mode that does not verify.");
        }
    }

    private static IEnumerable<string> Policies(Listener listener) => (listener.SenderGroups ?? []).Select(g => g.Policy).Append(listener.DefaultPolicy).Distinct();

    private static bool Any(EffectiveConfiguration effective, IEnumerable<string> names) =>
        names.Any(n => effective.Get<TrustedAuthority>(n) is { Enabled: not false } authority && AuthorityText.Read(authority).Count > 0);
}

using Cluster.Contracts.Settings;
using Cluster.Domain.Configuration;
using Cluster.Domain.Fleet;
using Cluster.Domain.Levels;

namespace Cluster.Domain.Validation;

/// <summary>Valid changes that weaken something or touch much: they must be named to be committed.</summary>
public static class DangerousChanges
{
    /// <summary>A listener that offered TLS offers none any more.</summary>
    public const string TlsRemoved = "tls-removed";

    /// <summary>A TLS mode is weaker than before.</summary>
    public const string ModeLowered = "tls-mode-lowered";

    /// <summary>Nothing is trusted any more.</summary>
    public const string TrustEmptied = "trust-emptied";

    /// <summary>More than half of a fleet of at least <see cref="SmallFleet"/> machines gets another bundle.</summary>
    public const string ManyMachines = "many-machines";

    /// <summary>Smallest fleet in which the share of touched machines counts.</summary>
    public const int SmallFleet = 20;

    private static readonly DestinationTls[] Weakest =
        [DestinationTls.None, DestinationTls.Preferred, DestinationTls.PreferredVerify, DestinationTls.Required, DestinationTls.RequiredVerifyHostedDomains, DestinationTls.RequiredVerify];

    /// <summary>Returns the codes that a commit must name, ordered.</summary>
    /// <param name="before">Configuration now.</param>
    /// <param name="after">Configuration with the change.</param>
    /// <param name="touched">How many machines get another bundle.</param>
    public static IReadOnlyList<string> Of(ResolvedConfiguration before, ResolvedConfiguration after, int touched)
    {
        var codes = new SortedSet<string>(StringComparer.Ordinal);
        var old = before.Classes.ToDictionary(Identity, c => c.Effective);
        foreach (var machines in after.Classes)
        {
            // A machine whose own layer is made or removed by the change is compared with what held for it before.
            var previous = old.GetValueOrDefault(Identity(machines)) ?? EffectiveResolver.Resolve(before.Snapshot, machines.GroupId, machines.Machines.Count > 0 ? machines.Machines[0].Id : null);
            codes.UnionWith(Between(previous, machines.Effective));
        }

        if (after.Fleet.Machines.Count >= SmallFleet && touched * 2 > after.Fleet.Machines.Count) codes.Add(ManyMachines);
        return [.. codes];
    }

    private static (Guid Group, Guid? Own, string Capabilities) Identity(MachineClass machines) => (machines.GroupId, machines.Own?.Id, machines.CapabilityHash);

    private static IEnumerable<string> Between(EffectiveConfiguration before, EffectiveConfiguration after)
    {
        foreach (var (item, listener) in before.All<Listener>())
        {
            if (after.Get<Listener>(item.Name) is not { } now) continue;
            var (was, becomes) = (Level(before, listener), Level(after, now));
            if (becomes < was) yield return becomes == PolicyTls.Off ? TlsRemoved : ModeLowered;
        }

        foreach (var (item, _) in before.All<DestinationControl>())
        {
            if (Weaker(before, after, item.Name)) yield return ModeLowered;
        }

        if (Trusts(before) && !Trusts(after)) yield return TrustEmptied;
    }

    private static PolicyTls Level(EffectiveConfiguration effective, Listener listener) =>
        effective.Get<MailFlowPolicy>(listener.DefaultPolicy)?.Tls ?? PolicyTls.Off;

    private static bool Weaker(EffectiveConfiguration before, EffectiveConfiguration after, string domain)
    {
        var (was, now) = (Destination(before, domain), Destination(after, domain));
        return Array.IndexOf(Weakest, now.Tls) < Array.IndexOf(Weakest, was.Tls) || (now.Dane ?? DaneMode.None) < (was.Dane ?? DaneMode.None);
    }

    private static DestinationControl Destination(EffectiveConfiguration effective, string domain)
    {
        var own = effective.Get<DestinationControl>(domain);
        if (own is { Tls: not DestinationTls.Default }) return own;
        return effective.Get<DestinationControl>(ItemNames.DefaultDestination) ?? new DestinationControl { Tls = DestinationTls.None };
    }

    private static bool Trusts(EffectiveConfiguration effective)
    {
        var trust = effective.Singleton<TrustSettings>();
        return trust?.UseSystem != false || (trust.UseCustom != false && effective.All<TrustedAuthority>().Any(a => a.Value.Enabled != false));
    }
}

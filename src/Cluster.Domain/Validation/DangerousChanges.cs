using Cluster.Domain.Fleet;
using Cluster.Domain.Levels;
using Cluster.Domain.Renewals;
using Cluster.Domain.Settings;

namespace Cluster.Domain.Validation;

/// <summary>Valid changes that weaken something or touch much: they must be named to be committed.</summary>
public static class DangerousChanges
{
    /// <summary>A listener that offered TLS offers none any more.</summary>
    public const string TlsRemoved = "tls-removed";

    /// <summary>A TLS mode is weaker than before.</summary>
    public const string ModeLowered = "tls-mode-lowered";

    /// <summary>Hosts whose own configuration asks more of a destination's servers shall ask less.</summary>
    public const string HostPolicyOverridden = "host-policy-overridden";

    /// <summary>An older version of TLS than before is taken, or nothing says any more which is the oldest.</summary>
    public const string TlsMinimumLowered = "tls-minimum-lowered";

    /// <summary>Nothing is trusted any more.</summary>
    public const string TrustEmptied = "trust-emptied";

    /// <summary>A version of a certificate lacks a name by which the one that it replaces covers a binding.</summary>
    public const string CertificateNameLost = "certificate-name-lost";

    /// <summary>A version of a certificate, or its chain, does not allow the use that a binding makes of the replaced one.</summary>
    public const string CertificateUsageLost = "certificate-usage-lost";

    /// <summary>More than half of a fleet of at least <see cref="SmallFleet"/> machines gets another bundle.</summary>
    public const string ManyMachines = "many-machines";

    /// <summary>Smallest fleet in which the share of touched machines counts.</summary>
    public const int SmallFleet = 20;

    /// <summary>Returns the codes that a commit must name, ordered.</summary>
    /// <param name="before">Configuration now.</param>
    /// <param name="after">Configuration with the change.</param>
    /// <param name="touched">How many machines get another bundle.</param>
    /// <param name="replacements">Versions of certificates that replace others by the change.</param>
    public static IReadOnlyList<string> Of(
        ResolvedConfiguration before, ResolvedConfiguration after, int touched, IReadOnlyList<CertificateReplacement> replacements)
    {
        var codes = new SortedSet<string>(replacements.SelectMany(r => r.Dangerous).Select(l => l.Code), StringComparer.Ordinal);
        var old = new PreviousEffective(before);
        foreach (var machines in after.Classes)
        {
            var previous = old.Of(machines);
            codes.UnionWith(KindRegistry.All.SelectMany(k => k.Dangers(previous, machines.Effective)));
        }

        if (after.Fleet.Machines.Count >= SmallFleet && touched * 2 > after.Fleet.Machines.Count) codes.Add(ManyMachines);
        return [.. codes];
    }
}

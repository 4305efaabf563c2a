using Cluster.Domain.Configuration;
using Cluster.Pki.Renewals;

namespace Cluster.Domain.Renewals;

/// <summary>A version of a certificate that takes the place of another one by a change.</summary>
public sealed record CertificateReplacement
{
    /// <summary>The item that holds from now on.</summary>
    public required Item After { get; init; }

    /// <summary>The version that it points to.</summary>
    public required int Version { get; init; }

    /// <summary>The item that held; the same key, or that of another level.</summary>
    public required Item Before { get; init; }

    /// <summary>The version that it pointed to.</summary>
    public required int ReplacedVersion { get; init; }

    /// <summary>What peers can see of it, by kind.</summary>
    public required IReadOnlyList<CertificateDifference> Differences { get; init; }

    /// <summary>What bindings need of the old version and the new one lacks.</summary>
    public required IReadOnlyList<LostNeed> Lost { get; init; }

    /// <summary>
    /// What of it must be acknowledged: who renews a certificate may not know what it is used for; who defines it anew at a nearer
    /// level decides for those machines.
    /// </summary>
    public IReadOnlyList<LostNeed> Dangerous => Before.Key == After.Key ? Lost : [];
}

/// <summary>What a binding needs, the replaced version has and the new one lacks.</summary>
/// <param name="Code">The code of dangerous changes that names it.</param>
/// <param name="Binding">The setting that needs it, for example <c>listeners/in</c>.</param>
/// <param name="Had">The name or the usages of the replaced version.</param>
/// <param name="Needed">The host name that it covered; null = a usage is lost.</param>
public sealed record LostNeed(string Code, string Binding, IReadOnlyList<string> Had, string? Needed);

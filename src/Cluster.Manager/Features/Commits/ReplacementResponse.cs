using Cluster.Contracts.Certificates;
using Cluster.Domain.Fleet;
using Cluster.Domain.Renewals;
using Cluster.Pki.Renewals;

namespace Cluster.Manager.Features.Commits;

/// <summary>How it is shown that a version of a certificate takes the place of another one.</summary>
internal static class ReplacementResponse
{
    /// <summary>Of each kind of difference, those that nothing needs are listed up to this many.</summary>
    private const int MostOfAKind = 100;

    public static IReadOnlyList<CertificateReplacementShape> Show(IReadOnlyList<CertificateReplacement> replacements, FleetFacts fleet) =>
        [.. replacements.Select(r => new CertificateReplacementShape
        {
            Name = r.After.Name,
            Level = fleet.LevelOf(r.After.Key.LevelKind, r.After.Key.LevelId).ToString(),
            Version = r.Version,
            Replaces = new ReplacedVersionShape
            {
                Level = fleet.LevelOf(r.Before.Key.LevelKind, r.Before.Key.LevelId).ToString(),
                Version = r.ReplacedVersion,
                Differences = Show(r.Differences, r.Lost),
            },
        })];

    /// <summary>Shows differences, with the bindings that need what is lost.</summary>
    public static IReadOnlyList<CertificateDifferenceShape> Show(
        IReadOnlyList<CertificateDifference> differences, IReadOnlyList<LostNeed> lost) =>
        [.. differences.Select(d => Show(d, lost)).GroupBy(d => d.Kind).SelectMany(Shorten)];

    /// <summary>Says of one need what is lost to whom.</summary>
    public static string Say(CertificateReplacement replacement, LostNeed lost)
    {
        var versions = $"Version {replacement.Version} of certificate '{replacement.After.Name}'";
        return lost.Needed is { } host
            ? $"{versions} does not cover '{host}', which {lost.Binding} needs and version {replacement.ReplacedVersion} covers by "
                + $"'{string.Join(", ", lost.Had)}'."
            : $"{versions} does not allow the use that {lost.Binding} makes of version {replacement.ReplacedVersion}.";
    }

    private static CertificateDifferenceShape Show(CertificateDifference difference, IReadOnlyList<LostNeed> lost)
    {
        List<string> users = difference.Kind is DifferenceKind.NameLost or DifferenceKind.UsageLost
            ? [.. lost.Where(l => l.Had.Contains(difference.Before, StringComparer.OrdinalIgnoreCase)).Select(l => l.Binding).Distinct()]
            : [];
        return new CertificateDifferenceShape
        {
            Kind = ToShape(difference.Kind),
            Before = difference.Before,
            After = difference.After,
            Message = difference.Message,
            NeededBy = users.Count == 0 ? null : users,
        };
    }

    private static IEnumerable<CertificateDifferenceShape> Shorten(IEnumerable<CertificateDifferenceShape> ofAKind)
    {
        var all = ofAKind.OrderBy(d => d.NeededBy is null).ToList();
        var needed = all.Count(d => d.NeededBy is not null);
        var shown = needed + MostOfAKind;
        return all.Count <= shown
            ? all
            : [.. all.Take(shown), all[shown] with { Before = null, After = null, Message = $"And {all.Count - shown} more." }];
    }

    private static CertificateDifferenceKind ToShape(DifferenceKind kind) => kind switch
    {
        DifferenceKind.Issuer => CertificateDifferenceKind.Issuer,
        DifferenceKind.Root => CertificateDifferenceKind.Root,
        DifferenceKind.Subject => CertificateDifferenceKind.Subject,
        DifferenceKind.Key => CertificateDifferenceKind.Key,
        DifferenceKind.KeyKind => CertificateDifferenceKind.KeyKind,
        DifferenceKind.NameLost => CertificateDifferenceKind.NameLost,
        DifferenceKind.NameNew => CertificateDifferenceKind.NameNew,
        DifferenceKind.UsageLost => CertificateDifferenceKind.UsageLost,
        DifferenceKind.ChainLength => CertificateDifferenceKind.ChainLength,
        DifferenceKind.ValidityPeriod => CertificateDifferenceKind.ValidityPeriod,
        DifferenceKind.MustStaple => CertificateDifferenceKind.MustStaple,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "The kind of difference is unknown."),
    };
}

using Cluster.Pki.Certificates;
using Cluster.Pki.Findings;

namespace Cluster.Pki.Chains;

/// <summary>Validates chains against a set of authorities.</summary>
public static class ChainValidation
{
    /// <summary>No path leads to a trusted authority.</summary>
    public const string Untrusted = "untrusted-chain";

    /// <summary>A certificate of the path is not valid now.</summary>
    public const string OutsideValidity = "chain-outside-validity";

    /// <summary>A certificate of the path may not issue the one below.</summary>
    public const string IssuerNotAllowed = "chain-issuer-not-allowed";

    /// <summary>Validates a chain; names and purposes are not part of it.</summary>
    /// <param name="leaf">The leaf.</param>
    /// <param name="intermediates">Certificates that may be used on the way.</param>
    /// <param name="anchors">What is trusted.</param>
    /// <param name="now">The instant of validation.</param>
    public static ChainVerdict Validate(
        CertificateInfo leaf, IReadOnlyList<CertificateInfo> intermediates, TrustAnchors anchors, DateTimeOffset now) =>
        Validate(leaf, intermediates, anchors, now, WorkBudget.ForCertificate());

    internal static ChainVerdict Validate(
        CertificateInfo leaf, IReadOnlyList<CertificateInfo> intermediates, TrustAnchors anchors, DateTimeOffset now, WorkBudget budget)
    {
        var set = anchors.Set;
        var search = ChainPaths.From(leaf, new IssuerIndex(intermediates.Concat(Candidates(leaf, intermediates, set))), budget);
        ChainVerdict? best = null;
        foreach (var path in search.Paths)
        {
            var verdict = Judge(path.Certificates, set, now, budget);
            if (verdict.Trusted) return verdict;
            // The most telling refusal is that of a path that does reach an anchor.
            if (best is null || (best.Problem?.Code == Untrusted && verdict.Problem?.Code != Untrusted)) best = verdict;
        }

        // What was not looked at may have been the way.
        return search.Cut ? throw new WorkExhaustedException() : best ?? new ChainVerdict(false, [leaf], NotTrusted(leaf));
    }

    /// <summary>
    /// Whether an authority is, or leads upwards among the anchors to, one that is self-signed; validity is not looked at.
    /// </summary>
    internal static bool LeadsToRoot(CertificateInfo authority, TrustAnchors anchors, WorkBudget budget)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var open = new Queue<CertificateInfo>([authority]);
        while (open.TryDequeue(out var certificate))
        {
            if (budget.IsSelfSigned(certificate)) return true;
            if (!seen.Add(certificate.Sha256)) continue;
            foreach (var issuer in anchors.Set.Named(certificate.IssuerForm))
            {
                if (budget.IsIssuedBy(certificate, issuer)) open.Enqueue(issuer);
            }
        }

        return false;
    }

    /// <summary>Anchors whose name one of the certificates gives as its issuer: few of the many that a host has.</summary>
    private static IEnumerable<CertificateInfo> Candidates(
        CertificateInfo leaf, IReadOnlyList<CertificateInfo> intermediates, AnchorSet set)
    {
        return intermediates.Append(leaf).Select(c => c.IssuerForm).Distinct(StringComparer.Ordinal).SelectMany(set.Named);
    }

    private static ChainVerdict Judge(List<CertificateInfo> path, AnchorSet set, DateTimeOffset now, WorkBudget budget)
    {
        var anchor = path.FindIndex(set.Contains);
        if (anchor < 0) return new ChainVerdict(false, path, NotTrusted(path[^1]));
        List<CertificateInfo> used = path[..(anchor + 1)];
        var problem =
            used.Select(c => Validity(c, now)).FirstOrDefault(p => p is not null) ?? Issuers(used) ?? Constraints(used, budget);
        return new ChainVerdict(problem is null, used, problem);
    }

    private static PkiError NotTrusted(CertificateInfo last) => new(
        Untrusted,
        last.IsSelfIssued
            ? $"The chain ends at '{last.Subject}', which is not a trusted authority."
            : $"The chain ends below '{last.Issuer}', which is not known.",
        "Add the authority to the trusted authorities, or add the missing intermediate to the chain.");

    private static PkiError? Validity(CertificateInfo certificate, DateTimeOffset now)
    {
        if (now >= certificate.NotBefore && now <= certificate.NotAfter) return null;
        return new PkiError(
            OutsideValidity,
            $"'{certificate.Subject}' is valid from {certificate.NotBefore:u} to {certificate.NotAfter:u}.",
            "Renew it, or check the clock.");
    }

    private static PkiError? Issuers(List<CertificateInfo> path) =>
        (IssuerChecks.Authority(path) ?? IssuerChecks.PathLength(path)) is { } problem ? NotAllowed(problem.Issuer, problem.Why) : null;

    private static PkiError? Constraints(List<CertificateInfo> path, WorkBudget budget) =>
        ConstrainedNames.Check(path, budget) is { } problem
            ? NotAllowed(problem.Authority, $"may not issue '{problem.Certificate.Subject}' (nameConstraints, RFC 5280, 4.2.1.10)")
            : null;

    private static PkiError NotAllowed(CertificateInfo issuer, string why) =>
        new(IssuerNotAllowed, $"'{issuer.Subject}' {why}.", "Have the certificate issued by an authority that may do so.");
}

using Cluster.Pki.Certificates;
using Cluster.Pki.Findings;

namespace Cluster.Pki.Chains;

/// <summary>The path that the rules about chains look at: that of a peer which finds the best one.</summary>
/// <param name="Certificates">Leaf first, up to a trusted authority, a root, or as far as issuers are known.</param>
/// <param name="Ends">True when the last one is trusted or self-signed; false when its issuer is not known.</param>
internal sealed record JudgedPath(IReadOnlyList<CertificateInfo> Certificates, bool Ends)
{
    /// <summary>
    /// One that has the name of the issuer which the last certificate gives, and whose key did not make the signature, although
    /// nothing says that another did; null = there is none.
    /// </summary>
    public CertificateInfo? Forged { get; private init; }

    /// <summary>Finds the path.</summary>
    /// <param name="context">What is judged.</param>
    /// <param name="rules">Rules about chains: of several paths the one that breaks fewest of them is taken.</param>
    /// <exception cref="WorkExhaustedException">There is too much to try.</exception>
    public static JudgedPath Of(FindingContext context, IReadOnlyList<IChainRule> rules)
    {
        List<CertificateInfo> known = [.. context.Intermediates];
        if (context.Repaired?.Root is { } root) known.Add(root);
        var set = context.Trust?.Set;
        var usable = known.ToList();
        if (set is not null) usable.AddRange(known.Prepend(context.Certificate).Select(c => c.IssuerForm).Distinct().SelectMany(set.Named));
        var search = ChainPaths.From(context.Certificate, new IssuerIndex(usable), context.Budget);
        if (search.Cut) throw new WorkExhaustedException();
        List<JudgedPath> paths = [.. search.Paths.Select(p => UpToAnchor(p, set))];
        var best = paths.Count == 1 ? paths[0] : paths.MinBy(p => Rank(p, set, context, rules))!;
        return best with { Forged = best.Ends ? null : ForgedIssuer(best, usable, context) };
    }

    private static JudgedPath UpToAnchor(ChainPath path, AnchorSet? set)
    {
        var anchor = set is null ? -1 : path.Certificates.FindIndex(1, set.Contains);
        return anchor < 0
            ? new JudgedPath(path.Certificates, path.Closed)
            : new JudgedPath(path.Certificates[..(anchor + 1)], Ends: true);
    }

    private static (bool Untrusted, int Broken, bool Invalid, int Length) Rank(
        JudgedPath path, AnchorSet? set, FindingContext context, IReadOnlyList<IChainRule> rules) => (
        set is null ? !path.Ends : !set.Contains(path.Certificates[^1]),
        rules.Count(r => r.Judge(path, context) is not null),
        path.Certificates.Any(c => context.Now < c.NotBefore || context.Now > c.NotAfter),
        path.Certificates.Count);

    private static CertificateInfo? ForgedIssuer(JudgedPath path, List<CertificateInfo> usable, FindingContext context)
    {
        var last = path.Certificates[^1];
        return usable.Concat(context.Repaired?.Extra ?? []).FirstOrDefault(
            c => !c.Equals(last)
                && last.NamesIssuer(c)
                && (last.AuthorityKeyIdentifier is not { } named || c.SubjectKeyIdentifier is not { } own || named == own)
                && !context.Budget.IsIssuedBy(last, c));
    }
}

namespace Cluster.Pki.Chains;

/// <summary>
/// Orders paths, the best first: valid now, trusted, closed, least from the pool, short, long valid; digests decide the rest.
/// </summary>
internal sealed class ChainPathOrder(HashSet<string> given, TrustAnchors? trust, DateTimeOffset now) : IComparer<ChainPath>
{
    public int Compare(ChainPath? x, ChainPath? y) => (x, y) switch
    {
        (null, null) => 0,
        (null, _) => -1,
        (_, null) => 1,
        _ => CompareKeys(x, y),
    };

    private int CompareKeys(ChainPath x, ChainPath y)
    {
        var (a, b) = (Key(x), Key(y));
        var order =
            (a.Invalid, a.Untrusted, a.Open, a.FromPool, a.Length).CompareTo((b.Invalid, b.Untrusted, b.Open, b.FromPool, b.Length));
        if (order != 0) return order;
        order = y.Certificates.Min(c => c.NotAfter).CompareTo(x.Certificates.Min(c => c.NotAfter));
        return order != 0 ? order : string.CompareOrdinal(Digests(x), Digests(y));
    }

    private (bool Invalid, bool Untrusted, bool Open, int FromPool, int Length) Key(ChainPath path)
    {
        var above = path.Certificates.Skip(1).ToList();
        // An expired root is not served; it does not count against a path.
        var served = path.Closed ? above.SkipLast(1) : above;
        return (
            served.Any(c => now < c.NotBefore || now > c.NotAfter),
            trust?.Reaches(path) != true,
            !path.Closed,
            above.Count(c => !given.Contains(c.Sha256)),
            path.Certificates.Count);
    }

    private static string Digests(ChainPath path) => string.Join('.', path.Certificates.Select(c => c.Sha256));
}

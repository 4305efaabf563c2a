namespace Cluster.Pki.Findings.Rules;

/// <summary>Longest life of a public TLS certificate by its first day (CA/B Forum BR 6.3.2, ballot SC-081).</summary>
internal static class LifetimeLimits
{
    public static int At(DateTimeOffset notBefore)
    {
        if (notBefore >= Day(2029, 3, 15)) return 47;
        if (notBefore >= Day(2027, 3, 15)) return 100;
        if (notBefore >= Day(2026, 3, 15)) return 200;
        return notBefore >= Day(2020, 9, 1) ? 398 : 825;
    }

    private static DateTimeOffset Day(int year, int month, int day) => new(year, month, day, 0, 0, 0, TimeSpan.Zero);
}

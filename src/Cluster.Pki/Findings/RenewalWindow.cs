using Cluster.Pki.Certificates;

namespace Cluster.Pki.Findings;

/// <summary>
/// When the end of a certificate is near: when a third of its life is left, at most 30 days. Short-lived certificates are renewed at
/// two thirds of their life, so that those of 6, 45 or 47 days are neither silent until the end nor near it from the first day on.
/// </summary>
public static class RenewalWindow
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    /// <summary>How long before its end a certificate should be renewed.</summary>
    public static TimeSpan Of(CertificateInfo certificate)
    {
        var third = (certificate.NotAfter - certificate.NotBefore) / 3;
        return third < Longest ? third : Longest;
    }

    /// <summary>How long <see cref="Left"/> says the same of a time that is left.</summary>
    public static TimeSpan Holds(TimeSpan left) => TimeSpan.FromTicks((left.Ticks % Unit(left)) + 1);

    /// <summary>The time that is left in words, for example <c>in 12 days</c>.</summary>
    internal static string Left(TimeSpan left)
    {
        var count = left.Ticks / Unit(left);
        if (Unit(left) == TimeSpan.TicksPerDay) return $"in {count} days";
        return count switch { 0 => "in less than an hour", 1 => "in 1 hour", _ => $"in {count} hours" };
    }

    private static long Unit(TimeSpan left) => left.Days >= 2 ? TimeSpan.TicksPerDay : TimeSpan.TicksPerHour;
}

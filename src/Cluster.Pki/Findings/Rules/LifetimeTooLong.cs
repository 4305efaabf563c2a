namespace Cluster.Pki.Findings.Rules;

/// <summary>A publicly trusted certificate lives longer than the forum allows.</summary>
internal sealed class LifetimeTooLong : ICertificateRule
{
    public string Code => "lifetime-too-long";

    public string Reference => "CA/B Forum BR, 6.3.2";

    public IEnumerable<CertificateFinding> Check(FindingContext context)
    {
        var certificate = context.Certificate;
        if (!context.Public || context.Budget.IsSelfSigned(certificate) || certificate.IsCa) yield break;
        var limit = LifetimeLimits.At(certificate.NotBefore);
        // The last second counts too, and an hour is left for authorities that round.
        var days = (certificate.NotAfter - certificate.NotBefore - TimeSpan.FromHours(1)).TotalDays;
        if (days > limit)
            yield return new(
                Code,
                PkiSeverity.Info,
                $"The certificate is valid for {Math.Ceiling(days)} days. When it was issued, public authorities could give {limit}.",
                "Nothing needs to be done for an authority of your own; browsers and some peers refuse such public certificates.");
    }
}

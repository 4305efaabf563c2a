namespace Cluster.Pki.Issuing;

/// <summary>When a machine's identity is renewed.</summary>
public static class IdentityRenewal
{
    private const double Half = 0.5;
    private const double JitterShare = 0.1;

    /// <summary>At half of its life, spread by a tenth of the life so that a fleet that joined together does not renew together.</summary>
    /// <param name="issued">When it was issued.</param>
    /// <param name="notAfter">End of its validity.</param>
    /// <param name="jitter">0 to 1; 0.5 = exactly at half of the life.</param>
    public static DateTimeOffset At(DateTimeOffset issued, DateTimeOffset notAfter, double jitter) =>
        issued + ((notAfter - issued) * (Half + (JitterShare * (jitter - Half))));
}

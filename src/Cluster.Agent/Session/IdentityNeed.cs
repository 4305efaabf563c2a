using Cluster.Pki.Issuing;
namespace Cluster.Agent.Session;

/// <summary>What an identity needs now.</summary>
internal enum IdentityNeed
{
    /// <summary>Nothing: use it.</summary>
    None,

    /// <summary>It is old enough to be renewed.</summary>
    Renew,

    /// <summary>It has expired: only recovery helps.</summary>
    Recover,
}

/// <summary>Decides it; pure.</summary>
internal static class IdentityNeeds
{
    // Certificates are dated back by this much, which must not count as age.
    private static readonly TimeSpan Backdated = ControlCa.Backdated;

    /// <summary>At half-life, with up to a tenth of the life as jitter, or after the time that the manager directed.</summary>
    /// <param name="notBefore">Of the certificate.</param>
    /// <param name="notAfter">Of the certificate.</param>
    /// <param name="now">The manager's clock.</param>
    /// <param name="jitter">0 … 1, fixed for this identity.</param>
    /// <param name="directed">Time that the manager gave; null = none.</param>
    public static IdentityNeed Of(
        DateTimeOffset notBefore, DateTimeOffset notAfter, DateTimeOffset now, double jitter, DateTimeOffset? directed)
    {
        if (now >= notAfter) return IdentityNeed.Recover;
        return now >= RenewAt(notBefore, notAfter, jitter, directed) ? IdentityNeed.Renew : IdentityNeed.None;
    }

    public static DateTimeOffset RenewAt(DateTimeOffset notBefore, DateTimeOffset notAfter, double jitter, DateTimeOffset? directed)
    {
        if (directed is { } given) return given;
        var issued = notBefore + Backdated < notAfter ? notBefore + Backdated : notBefore;
        return IdentityRenewal.At(issued, notAfter, jitter);
    }
}

using System.Security.Cryptography.X509Certificates;
using Cluster.Pki.Certificates;

namespace Cluster.Pki.Chains;

/// <summary>Whether the certificates of a path may issue those below them; leaf first.</summary>
internal static class IssuerChecks
{
    /// <summary>Finds one that is no authority (RFC 5280, 4.2.1.9 and 4.2.1.3).</summary>
    public static IssuerProblem? Authority(IReadOnlyList<CertificateInfo> path)
    {
        foreach (var issuer in path.Skip(1))
        {
            if (!issuer.IsAuthority) return new(issuer, "is not an authority (basicConstraints, RFC 5280, 4.2.1.9)");
            if (issuer.KeyUsage is { } usage && !usage.HasFlag(X509KeyUsageFlags.KeyCertSign))
                return new(issuer, "may not sign certificates (keyUsage, RFC 5280, 4.2.1.3)");
        }

        return null;
    }

    /// <summary>
    /// Finds one that allows fewer authorities below itself than there are (RFC 5280, 4.2.1.9); those that an authority issued to
    /// itself do not count.
    /// </summary>
    public static IssuerProblem? PathLength(IReadOnlyList<CertificateInfo> path)
    {
        var below = 0;
        foreach (var issuer in path.Skip(1))
        {
            if (issuer.PathLength is { } length && below > length)
                return new(issuer, $"allows only {length} authorities below itself (pathLenConstraint, RFC 5280, 4.2.1.9)");
            if (!issuer.IsSelfIssued) below++;
        }

        return null;
    }
}

/// <summary>A certificate that may not issue what is below it.</summary>
/// <param name="Issuer">The certificate.</param>
/// <param name="Why">Why, to stand behind its name.</param>
internal sealed record IssuerProblem(CertificateInfo Issuer, string Why);

using System.Security.Cryptography.X509Certificates;
using Cluster.Pki.Certificates;

namespace Cluster.Pki.Chains;

/// <summary>
/// Applies name constraints (RFC 5280, 4.2.1.10) by the platform's path validation, which only paths with such constraints pay
/// for.
/// </summary>
internal static class NameConstraintCheck
{
    public static PkiError? Check(List<CertificateInfo> path, DateTimeOffset now)
    {
        if (!path.Exists(c => c.HasNameConstraints) || !path[^1].IsSelfIssued) return null;
        var loaded = path.ConvertAll(c => c.ToX509Certificate2());
        try
        {
            using var chain = new X509Chain();
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.Add(loaded[^1]);
            chain.ChainPolicy.ExtraStore.AddRange(loaded[1..^1].ToArray());
            chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
            chain.ChainPolicy.DisableCertificateDownloads = true;
            chain.ChainPolicy.VerificationTime = now.UtcDateTime;
            chain.Build(loaded[0]);
            const X509ChainStatusFlags Constraints =
                X509ChainStatusFlags.HasExcludedNameConstraint | X509ChainStatusFlags.HasNotPermittedNameConstraint
                    | X509ChainStatusFlags.HasNotDefinedNameConstraint
                    | X509ChainStatusFlags.HasNotSupportedNameConstraint
                    | X509ChainStatusFlags.InvalidNameConstraints;
            return chain.ChainStatus.Any(s => (s.Status & Constraints) != 0)
                ? new PkiError(
                    "chain-name-constraint",
                    "An authority of the chain may not issue for the names of the certificate (nameConstraints, RFC 5280, 4.2.1.10).",
                    "Have it issued by an authority that may.")
                : null;
        }
        finally
        {
            foreach (var certificate in loaded) certificate.Dispose();
        }
    }
}

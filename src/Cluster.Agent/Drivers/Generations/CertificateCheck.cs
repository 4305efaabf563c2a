using Cluster.Agent.Drivers.Refusals;
using Cluster.Contracts.Bundles;
using Cluster.Contracts.Machines;
using Cluster.Contracts.Settings;
using Cluster.Pki.Certificates;

namespace Cluster.Agent.Drivers.Generations;

/// <summary>
/// Checks a certificate before it is written: the check of the software that shall serve it may find none of these faults (Postfix's does
/// not, and serves broken TLS).
/// </summary>
internal static class CertificateCheck
{
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(5);

    /// <summary>Reads the chain; null when something stands in <paramref name="problems"/>.</summary>
    public static IReadOnlyList<CertificateInfo>? Read(string name, PartCertificate certificate, List<PartProblem> problems)
    {
        if (PemFile.ReadChain(certificate.Chain) is not { } read)
        {
            problems.Add(Problem(ApplyCodes.CertificateUnreadable, name, "an entry of the chain is not a certificate."));
            return null;
        }

        if (read[0].Sha256 != certificate.Sha256 || read[0].PublicKeySha256 != certificate.PublicKeySha256)
        {
            problems.Add(
                Problem(ApplyCodes.CertificateMismatch, name, "the chain does not begin with the certificate that the part names."));
            return null;
        }

        for (var i = 1; i < read.Count; i++)
        {
            if (read[i - 1].IsIssuedBy(read[i])) continue;
            problems.Add(Problem(ApplyCodes.ChainOrder, name, $"{read[i].Subject} is not the issuer of {read[i - 1].Subject}."));
            return null;
        }

        return read;
    }

    /// <summary>A new certificate must be valid now; one that is served already only gets a warning.</summary>
    public static void CheckDates(
        string name, CertificateInfo leaf, bool servedAlready, DateTimeOffset now, List<PartProblem> problems, List<string> warnings)
    {
        if (leaf.NotAfter < now) Add(ApplyCodes.CertificateExpired, $"it expired on {leaf.NotAfter:u}.");
        else if (leaf.NotBefore > now + Skew) Add(ApplyCodes.CertificateNotYetValid, $"it is valid only from {leaf.NotBefore:u}.");

        void Add(string code, string what)
        {
            var problem = Problem(code, name, what);
            if (servedAlready) warnings.Add(problem.Message);
            else problems.Add(problem);
        }
    }

    /// <summary>
    /// PEM text, key first, then leaf and intermediates; null when something stands in <paramref name="problems"/>. The caller
    /// clears it.
    /// </summary>
    public static byte[]? Compose(string name, byte[] pkcs8, IReadOnlyList<CertificateInfo> chain, List<PartProblem> problems)
    {
        var content = PemFile.Compose(pkcs8, chain);
        if (content is null) problems.Add(Problem(ApplyCodes.KeyMismatch, name, "the private key is not that of the certificate."));
        return content;
    }

    private static PartProblem Problem(string code, string name, string what) =>
        new(code, $"Certificate {name}: {what}") { Items = [new ItemName(CertificateSettings.Kind, name)] };
}

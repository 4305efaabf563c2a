using System.Security.Cryptography;
using System.Text;
using Cluster.Contracts.Bundles;
using Cluster.Pki.Certificates;

namespace Cluster.Agent.Drivers.Files;

/// <summary>The files that settings mean: one a certificate, key first, then the chain.</summary>
internal static class FilesRendering
{
    /// <summary>Name of a certificate's file.</summary>
    public static string FileOf(string certificate) => certificate + ".pem";

    /// <summary>File name → text of all that is applied; a missing key of a wanted certificate is a transient failure.</summary>
    /// <param name="effective">The wanted settings, and those that stay.</param>
    /// <param name="wanted">The wanted settings alone.</param>
    /// <param name="keys">Keys that arrived.</param>
    /// <param name="live">The files that stand now: they hold the keys of what stays.</param>
    public static Attempt<IReadOnlyDictionary<string, string>> Render(
        EffectivePart effective, ServicePart wanted, IPrivateKeys keys, IReadOnlyDictionary<string, string> live)
    {
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, certificate) in effective.Part.Certificates)
        {
            // The name becomes a file's: the manager must not be able to name another place of this host.
            if (name is "" or "." or ".." || name.AsSpan().IndexOfAny('/', '\0') >= 0)
            {
                return ApplyFailure.Final("invalid-name", "validation", $"'{name}' cannot be the name of a file; nothing was written.");
            }

            var file = FileOf(name);
            var standing = live.GetValueOrDefault(file);
            var key = keys.Find(certificate.PublicKeySha256) ?? (standing is null ? null : PemKey.Find(Encoding.UTF8.GetBytes(standing), certificate.PublicKeySha256));
            if (key is not null) files[file] = Compose(key, certificate);
            else if (wanted.Certificates.ContainsKey(name)) return ApplyFailure.Transient("key-missing", "validation", $"The private key of certificate {name} has not arrived.");
            // Nobody sends that key again: whatever the host made of the file stays.
            else if (standing is not null) files[file] = standing;
        }

        return files;
    }

    /// <summary>Whether a file holds the leaf that a part promises, with its whole chain.</summary>
    public static bool Shows(string file, PartCertificate certificate) =>
        CertificateInfo.TryRead(Convert.FromBase64String(certificate.Chain[0]))?.Sha256 == certificate.Sha256 &&
        certificate.Chain.All(der => file.Contains(PemEncoding.WriteString("CERTIFICATE", Convert.FromBase64String(der)), StringComparison.Ordinal));

    private static string Compose(byte[] pkcs8, PartCertificate certificate)
    {
        var text = new StringBuilder(PemEncoding.WriteString("PRIVATE KEY", pkcs8)).Append('\n');
        CryptographicOperations.ZeroMemory(pkcs8);
        foreach (var der in certificate.Chain) text.Append(PemEncoding.WriteString("CERTIFICATE", Convert.FromBase64String(der))).Append('\n');
        return text.ToString();
    }
}

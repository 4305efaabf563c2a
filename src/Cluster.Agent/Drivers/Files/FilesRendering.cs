using System.Security.Cryptography;
using System.Text;
using Cluster.Contracts.Bundles;
using Cluster.Pki.Certificates;

namespace Cluster.Agent.Drivers.Files;

/// <summary>The files that a part means: one a certificate, key first, then the chain.</summary>
internal static class FilesRendering
{
    /// <summary>File name → text; a missing key is a transient failure.</summary>
    public static Attempt<IReadOnlyDictionary<string, string>> Render(ServicePart part, IPrivateKeys keys)
    {
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, certificate) in part.Certificates)
        {
            // The name becomes a file's: the manager must not be able to name another place of this host.
            if (name is "" or "." or ".." || name.AsSpan().IndexOfAny('/', '\0') >= 0)
            {
                return ApplyFailure.Final("invalid-name", "validation", $"'{name}' cannot be the name of a file; nothing was written.");
            }

            if (keys.Find(certificate.PublicKeySha256) is not { } pkcs8)
            {
                return ApplyFailure.Transient("key-missing", "validation", $"The private key of certificate {name} has not arrived.");
            }

            var text = new StringBuilder(PemEncoding.WriteString("PRIVATE KEY", pkcs8)).Append('\n');
            CryptographicOperations.ZeroMemory(pkcs8);
            foreach (var der in certificate.Chain)
            {
                text.Append(PemEncoding.WriteString("CERTIFICATE", Convert.FromBase64String(der))).Append('\n');
            }

            files[name + ".pem"] = text.ToString();
        }

        return files;
    }

    /// <summary>Whether a file holds the leaf that a part promises, with its whole chain.</summary>
    public static bool Shows(string file, PartCertificate certificate) =>
        CertificateInfo.TryRead(Convert.FromBase64String(certificate.Chain[0]))?.Sha256 == certificate.Sha256 &&
        certificate.Chain.All(der => file.Contains(PemEncoding.WriteString("CERTIFICATE", Convert.FromBase64String(der)), StringComparison.Ordinal));

    /// <summary>One hash over names and texts.</summary>
    public static string Hash(IReadOnlyDictionary<string, string> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (name, text) in files.OrderBy(f => f.Key, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{name}\0{text.Length}\0{text}"));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}

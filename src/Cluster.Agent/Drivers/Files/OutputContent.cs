using System.Security.Cryptography;
using System.Text;
using Cluster.Agent.Drivers.Generations;
using Cluster.Contracts.Bundles;
using Cluster.Pki.Certificates;
using Cluster.Pki.Containers;
using Cluster.Pki.Keys;

namespace Cluster.Agent.Drivers.Files;

/// <summary>What stands in the files of an output: composed, and read back.</summary>
internal static class OutputContent
{
    private static ReadOnlySpan<byte> BeginCertificate => "-----BEGIN CERTIFICATE"u8;

    /// <summary>Composes the files; the caller clears them.</summary>
    /// <param name="output">What is to be written.</param>
    /// <param name="key">The private key, PKCS#8.</param>
    /// <param name="chain">Leaf first.</param>
    /// <param name="password">Of the PKCS#12.</param>
    /// <returns>One content for each of <see cref="PlannedOutput.Files"/>; null when the key is not that of the leaf.</returns>
    public static IReadOnlyList<byte[]>? Compose(PlannedOutput output, byte[] key, IReadOnlyList<CertificateInfo> chain, string password)
    {
        if (output.Output.Form == OutputFormat.Pkcs12)
        {
            using var read = PrivateKeyMaterial.TryReadPkcs8(key);
            return read?.PublicKeySha256 == chain[0].PublicKeySha256
                ? [CertificateWriter.RepeatablePkcs12(read, chain, output.Certificate, password, output.Output.Algorithms)]
                : null;
        }

        if (PemFile.Compose(key, chain) is not { } whole) return null;
        if (output.Output.Form == OutputFormat.Pem) return [whole];
        var end = whole.AsSpan().IndexOf(BeginCertificate);
        IReadOnlyList<byte[]> halves = [whole[..end], whole[end..]];
        CryptographicOperations.ZeroMemory(whole);
        return halves;
    }

    /// <summary>Whether files hold the key, the leaf and the whole chain that a part promises, and nothing else.</summary>
    public static bool Shows(PlannedOutput output, IReadOnlyDictionary<string, byte[]> live, PartCertificate certificate, string? password)
    {
        if (PemFile.ReadChain(certificate.Chain) is not { } chain || chain[0].Sha256 != certificate.Sha256) return false;
        var files = output.Files.Select(live.GetValueOrDefault).OfType<byte[]>().ToArray();
        if (files.Length != output.Files.Count) return false;
        return output.Output.Form == OutputFormat.Pkcs12
            ? !string.IsNullOrEmpty(password) && IsPkcs12(files[0], password, chain, certificate)
            : IsPem(output, files, chain, certificate);
    }

    private static bool IsPkcs12(byte[] file, string password, IReadOnlyList<CertificateInfo> chain, PartCertificate certificate)
    {
        using var read = CertificateReader.Read(file, password);
        return read.PrivateKeys.Count == 1
            && read.PrivateKeys[0].PublicKeySha256 == certificate.PublicKeySha256
            && read.Certificates.Count == chain.Count
            && chain.All(c => read.Certificates.Any(r => r.Sha256 == c.Sha256));
    }

    // Byte for byte: software may take the first certificate for the leaf, or everything between.
    private static bool IsPem(PlannedOutput output, byte[][] files, IReadOnlyList<CertificateInfo> chain, PartCertificate certificate)
    {
        if (PemFile.FindKey([.. files[0]], certificate.PublicKeySha256) is not { } key) return false;
        var expected = Compose(output, key, chain, password: "") ?? [];
        var isSame = expected.Count == files.Length && expected.Zip(files).All(f => f.First.AsSpan().SequenceEqual(f.Second));
        CryptographicOperations.ZeroMemory(key);
        foreach (var content in expected) CryptographicOperations.ZeroMemory(content);
        return isSame;
    }

    /// <summary>The private key in a PKCS#12; null when it holds another one or another password opens it. The caller clears it.</summary>
    public static byte[]? FindKey(byte[] pkcs12, string password, string publicKeySha256)
    {
        using var read = CertificateReader.Read(pkcs12, password);
        return read.PrivateKeys.FirstOrDefault(k => k.PublicKeySha256 == publicKeySha256)?.ExportPkcs8();
    }

    /// <summary>The first line of the file that holds a password; null when it cannot be read.</summary>
    public static string? ReadPassword(FileOutput output)
    {
        try
        {
            return output.PasswordFile is { } path ? Encoding.UTF8.GetString(HostFile.Read(path)).Split('\n')[0].TrimEnd('\r') : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}

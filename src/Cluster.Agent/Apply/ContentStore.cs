using System.Security.Cryptography;
using System.Text.Json;
using Cluster.Agent.Drivers;
using Cluster.Agent.State;
using Cluster.Contracts.Bundles;
using Cluster.Contracts.Files;
using Cluster.Contracts.Json;
using Cluster.Contracts.Machines;
using Cluster.Domain.Bundles;
using Cluster.Pki.Keys;

namespace Cluster.Agent.Apply;

/// <summary>Parts and private keys that have arrived, by hash; what does not fit its hash is as good as absent and fetched again.</summary>
internal sealed class ContentStore(StateDirectory directory) : IPrivateKeys
{
    private const int TrialBytes = 64 * 1024;

    private string Parts => Path.Combine(directory.Apply, "parts");

    private string Keys => Path.Combine(directory.Apply, "keys");

    /// <summary>The bytes of a part; null when they are not here or damaged.</summary>
    public byte[]? PartBytes(string sha256)
    {
        var bytes = TryRead(PartFile(sha256));
        return bytes is not null && CanonicalJson.Sha256(bytes) == sha256 ? bytes : null;
    }

    /// <summary>Reads a part strictly: an unknown kind, member or value refuses it.</summary>
    public Attempt<ServicePart> ReadPart(string sha256)
    {
        if (PartBytes(sha256) is not { } bytes)
            return ApplyFailure.Transient(ApplyCodes.ContentMissing, "content", WhyNoPart(sha256));
        try
        {
            var read = PartReader.Read(bytes);
            return read.Value is { } part
                ? part
                : ApplyFailure.Final(
                    ApplyCodes.Unsupported, "validation", string.Join("; ", read.Errors.Take(5).Select(e => $"{e.Pointer}: {e.Detail}")));
        }
        catch (JsonException e)
        {
            return ApplyFailure.Final(ApplyCodes.Unsupported, "validation", $"The settings are not JSON: {e.Message}");
        }
    }

    /// <summary>Stores a part if it is what its hash says.</summary>
    /// <returns>False when it is not.</returns>
    /// <exception cref="IOException">The disk is full or the file system refuses.</exception>
    public bool SavePart(string sha256, ReadOnlySpan<byte> content)
    {
        if (CanonicalJson.Sha256(content) != sha256) return false;
        AtomicFile.Write(RenewableFile.MakeRoom(PartFile(sha256)), content);
        return true;
    }

    /// <inheritdoc/>
    public byte[]? Find(string publicKeySha256)
    {
        if (TryRead(KeyFile(publicKeySha256)) is not { } pkcs8) return null;
        using var key = PrivateKeyMaterial.TryReadPkcs8(pkcs8);
        if (key is not null && key.PublicKeySha256 == publicKeySha256) return pkcs8;
        CryptographicOperations.ZeroMemory(pkcs8);
        return null;
    }

    /// <summary>Whether a key is here, without reading it into a caller's hands.</summary>
    public bool HasKey(string publicKeySha256)
    {
        if (Find(publicKeySha256) is not { } pkcs8) return false;
        CryptographicOperations.ZeroMemory(pkcs8);
        return true;
    }

    /// <summary>Stores a key if it is the one of that public key.</summary>
    /// <returns>False when it is not.</returns>
    /// <exception cref="IOException">The disk is full or the file system refuses.</exception>
    public bool SaveKey(string publicKeySha256, ReadOnlySpan<byte> pkcs8)
    {
        using var key = PrivateKeyMaterial.TryReadPkcs8(pkcs8);
        if (key is null || key.PublicKeySha256 != publicKeySha256) return false;
        AtomicFile.Write(RenewableFile.MakeRoom(KeyFile(publicKeySha256)), pkcs8);
        return true;
    }

    /// <summary>What assignments need and is not here: parts, and the keys that parts which are here name.</summary>
    public ContentList Lacking(HeldOffer offer, Func<string, bool> isLocalService)
    {
        var parts = new List<string>();
        var keys = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var sha256 in offer.Bundle.Parts.Where(p => isLocalService(p.Service)).Select(p => p.Sha256).Distinct())
        {
            if (PartBytes(sha256) is null) parts.Add(sha256);
            else if (ReadPart(sha256).Value is { } part)
                keys.UnionWith(part.Certificates.Values.Select(c => c.PublicKeySha256).Where(k => !HasKey(k)));
        }

        return new ContentList(parts, [.. keys]);
    }

    /// <summary>Whether the disk takes a file of a usual size now.</summary>
    public bool DiskWorks()
    {
        var trial = Path.Combine(directory.Apply, "trial");
        try
        {
            AtomicFile.Write(trial, new byte[TrialBytes]);
            File.Delete(trial);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Removes what none of the given parts needs; keys of parts that cannot be read stay.</summary>
    public void Prune(IReadOnlyCollection<string> neededParts)
    {
        var neededKeys = new HashSet<string>(StringComparer.Ordinal);
        foreach (var sha256 in neededParts)
        {
            if (ReadPart(sha256).Value is not { } part) return;
            neededKeys.UnionWith(part.Certificates.Values.Select(c => c.PublicKeySha256));
        }

        Remove(Parts, neededParts);
        Remove(Keys, neededKeys);
    }

    private string PartFile(string sha256) => Path.Combine(Parts, sha256 + ".json");

    private string KeyFile(string publicKeySha256) => Path.Combine(Keys, publicKeySha256 + ".key");

    private string WhyNoPart(string sha256) => Path.Exists(PartFile(sha256))
        ? $"{PartFile(sha256)} is damaged; the manager is asked for its content again."
        : "The settings have not arrived yet.";

    private static void Remove(string directory, IReadOnlyCollection<string> needed)
    {
        foreach (var file in Directory.EnumerateFiles(directory).Where(f => !needed.Contains(Path.GetFileNameWithoutExtension(f))))
        {
            File.Delete(file);
        }
    }

    private static byte[]? TryRead(string path)
    {
        try
        {
            return File.Exists(path) ? File.ReadAllBytes(path) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}

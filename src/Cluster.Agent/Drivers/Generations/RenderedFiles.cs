using System.Security.Cryptography;
using Cluster.Agent.Drivers.Refusals;
using Cluster.Contracts.Bundles;

namespace Cluster.Agent.Drivers.Generations;

/// <summary>What a driver renders from.</summary>
internal sealed record RenderRequest
{
    /// <summary>What is applied by the files.</summary>
    public required ServicePart Part { get; init; }

    /// <summary>Whether an item is wanted as it stands in the part; else it stays from before, and nobody sends its key again.</summary>
    public required Func<ItemName, bool> IsWanted { get; init; }

    /// <summary>Private keys by public key: those that arrived, then those of the live generation.</summary>
    public required Func<string, byte[]?> Keys { get; init; }

    /// <summary>The files that are live now; they may hold private keys.</summary>
    public required IReadOnlyDictionary<string, byte[]> Live { get; init; }

    /// <summary>What is applied now; null = nothing, or its manifest is damaged.</summary>
    public required GenerationManifest? Applied { get; init; }

    /// <summary>Whether what no level defines any more stays.</summary>
    public required bool KeepsOrphans { get; init; }
}

/// <summary>The files that a part means; the same part, keys and host give the same bytes.</summary>
internal sealed record RenderedFiles : IDisposable
{
    /// <summary>Every file by name; some hold private keys.</summary>
    public required IReadOnlyDictionary<string, byte[]> Files { get; init; }

    /// <summary>What cannot be applied.</summary>
    public IReadOnlyList<PartProblem> Problems { get; init; } = [];

    /// <summary>What people should know although it is applied.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Files that stay as the host made them, with the hash of what the agent wrote: they go on being compared with it.</summary>
    public IReadOnlyDictionary<string, string> WrittenBefore { get; init; } = new Dictionary<string, string>();

    /// <summary>Mode and owner of the files that are not for the agent alone.</summary>
    public IReadOnlyDictionary<string, FileRights> Rights { get; init; } = new Dictionary<string, FileRights>();

    /// <summary>See <see cref="GenerationManifest.Unexplained"/>.</summary>
    public IReadOnlyList<string>? Unexplained { get; init; }

    /// <summary>SHA-256 of each file as the agent wrote it.</summary>
    public IReadOnlyDictionary<string, string> Hashes =>
        Files.ToDictionary(f => f.Key, f => WrittenBefore.GetValueOrDefault(f.Key) ?? Fingerprint.OfBytes(f.Value), StringComparer.Ordinal);

    /// <summary>Clears the private keys.</summary>
    public void Dispose()
    {
        foreach (var content in Files.Values) CryptographicOperations.ZeroMemory(content);
    }
}

using System.Security.Cryptography;
using Cluster.Agent.Drivers.Postfix.Files;
using Cluster.Contracts.Bundles;

namespace Cluster.Agent.Drivers.Postfix.Rendering;

/// <summary>Everything that a part means on this host; the same part, keys and host give the same bytes.</summary>
internal sealed record RenderedState : IDisposable
{
    /// <summary>All that is applied by it.</summary>
    public required ServicePart Part { get; init; }

    /// <summary>master.cf with exactly these listeners.</summary>
    public required MasterCf Master { get; init; }

    public required IReadOnlyList<ListenerPlan> Listeners { get; init; }

    /// <summary>Files of the generation: name to content. Some hold private keys.</summary>
    public required IReadOnlyDictionary<string, byte[]> Files { get; init; }

    /// <summary>Parameters of main.cf, without the one that names the generation.</summary>
    public required IReadOnlyDictionary<string, string> Parameters { get; init; }

    /// <summary>Transports of ours in master.cf, each with the name of its original.</summary>
    public required IReadOnlyDictionary<string, string> Transports { get; init; }

    /// <summary>What was known of what domains publish, as one hash; empty = nothing that matters.</summary>
    public required string Findings { get; init; }

    /// <summary>What people should know.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>SHA-256 of each file, lower-case hex.</summary>
    public IReadOnlyDictionary<string, string> FileHashes =>
        Files.ToDictionary(f => f.Key, f => Convert.ToHexStringLower(SHA256.HashData(f.Value)), StringComparer.Ordinal);

    /// <summary>Whether nothing at all is managed.</summary>
    public bool IsEmpty => Parameters.Count == 0;

    /// <summary>Clears the private keys.</summary>
    public void Dispose()
    {
        foreach (var content in Files.Values) CryptographicOperations.ZeroMemory(content);
    }
}

using System.Security.Cryptography;
using Cluster.Contracts.Bundles;

namespace Cluster.Agent.Drivers.Postfix.Rendering;

/// <summary>Everything that a part means on this host; the same part, keys and host give the same bytes.</summary>
internal sealed record RenderedState : IDisposable
{
    /// <summary>All that is applied, with what is orphaned.</summary>
    public required EffectivePart Effective { get; init; }

    /// <summary>The listeners.</summary>
    public required IReadOnlyList<ListenerPlan> Listeners { get; init; }

    /// <summary>Files of the generation: name to content. Some hold private keys.</summary>
    public required IReadOnlyDictionary<string, byte[]> Files { get; init; }

    /// <summary>Parameters of main.cf, without the one that names the generation.</summary>
    public required IReadOnlyDictionary<string, string> Parameters { get; init; }

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

/// <summary>What is rendered from.</summary>
/// <param name="Effective">What shall be applied.</param>
/// <param name="Applied">What is applied now; null = nothing.</param>
/// <param name="Keys">Private keys by public key: those that arrived, then those of the live generation.</param>
/// <param name="Administrator">main.cf as it is without us.</param>
/// <param name="Routing">The host's own routes.</param>
/// <param name="Now">The time.</param>
internal sealed record RenderInput(
    EffectivePart Effective, ServicePart? Applied, Func<string, byte[]?> Keys, Files.MainCf Administrator, Routing Routing, DateTimeOffset Now)
{
    /// <summary>A key that is not here is no fault: nothing will be written.</summary>
    public bool PlanOnly { get; init; }
}

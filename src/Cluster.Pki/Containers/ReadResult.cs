using Cluster.Pki.Certificates;
using Cluster.Pki.Findings;
using Cluster.Pki.Keys;
using Cluster.Pki.Requests;

namespace Cluster.Pki.Containers;

/// <summary>Everything that was found in the data; whoever reads disposes it, which zeroes the keys.</summary>
public sealed class ReadResult : IDisposable
{
    /// <summary>Containers in the order in which they were opened.</summary>
    public required IReadOnlyList<FoundContainer> Containers { get; init; }

    /// <summary>Certificates in the order found, duplicates included.</summary>
    public required IReadOnlyList<CertificateInfo> Certificates { get; init; }

    /// <summary>Private keys in the order found, each once.</summary>
    public required IReadOnlyList<PrivateKeyMaterial> PrivateKeys { get; init; }

    /// <summary>Signing requests whose proof of possession is good.</summary>
    public required IReadOnlyList<SigningRequestInfo> SigningRequests { get; init; }

    /// <summary>Friendly names by public key or certificate digest, where a container gave one.</summary>
    public required IReadOnlyDictionary<string, string> FriendlyNames { get; init; }

    /// <summary>What could not be read, with codes of <see cref="ReadProblem"/>; there may be objects as well.</summary>
    public required IReadOnlyList<PkiError> Problems { get; init; }

    /// <summary>What there is to say about the file beside that; empty when nothing was found in it.</summary>
    public required IReadOnlyList<CertificateFinding> Notes { get; init; }

    /// <summary>Whether anything usable was found.</summary>
    public bool HasContent => Certificates.Count + PrivateKeys.Count + SigningRequests.Count > 0;

    /// <summary>Zeroes the private keys.</summary>
    public void Dispose()
    {
        foreach (var key in PrivateKeys) key.Dispose();
    }
}

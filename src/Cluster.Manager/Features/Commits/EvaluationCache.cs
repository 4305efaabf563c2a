using Cluster.Contracts.Certificates;
using Cluster.Contracts.Json;
using Cluster.Domain.Bundles;
using Cluster.Domain.Validation;
using Cluster.Pki.Certificates;
using Cluster.Pki.Findings;
using Microsoft.Extensions.Caching.Memory;

namespace Cluster.Manager.Features.Commits;

/// <summary>
/// Remembers what the rules say of a certificate until time alone changes it: contents never change. Facts of contents are kept
/// too, so that each is read once for all of its uses.
/// </summary>
internal sealed class EvaluationCache : IDisposable
{
    private const int MaxEntries = 300_000;
    // About 5 KB each.
    private const int MaxFacts = 16_384;

    private readonly MemoryCache cache = new(new MemoryCacheOptions { SizeLimit = MaxEntries });
    private readonly MemoryCache facts = new(new MemoryCacheOptions { SizeLimit = MaxFacts });

    /// <summary>The evaluator of a cluster; nothing is shared between clusters.</summary>
    /// <param name="clusterId">The cluster.</param>
    /// <param name="stop">Stops an evaluation when nobody waits any more; nothing of it is kept.</param>
    public CertificateEvaluator For(Guid clusterId, CancellationToken stop) => (content, use, trust, now) =>
    {
        stop.ThrowIfCancellationRequested();
        var key = new Key(clusterId, content.ContentId, content.Source, content.HasPrivateKey, content.KeyPublicSha256, use, trust.Id);
        if (cache.TryGetValue(key, out Remembered? known) && now >= known!.From && now < known.Until) return known.Findings;
        if (Facts(clusterId, content) is not { } read) return CertificateEvaluation.Unreadable;
        var found = CertificateEvaluation.Evaluate(read, content, use, trust, now, stop);
        cache.Set(
            key,
            new Remembered(found, now, CertificateEvaluation.HoldsUntil(read, now)),
            new MemoryCacheEntryOptions { Size = 1, SlidingExpiration = TimeSpan.FromHours(1) });
        return found;
    };

    /// <summary>What stands in a content.</summary>
    /// <returns>Null when it cannot be read.</returns>
    public CertificateFacts? Facts(Guid clusterId, CertificateContent content)
    {
        var key = (clusterId, content.ContentId);
        if (facts.TryGetValue(key, out CertificateFacts? known)) return known;
        var read = CertificateFacts.TryRead(content, der => Intermediate(clusterId, der));
        return facts.Set(key, read, new MemoryCacheEntryOptions { Size = 1, SlidingExpiration = TimeSpan.FromHours(1) });
    }

    // Most certificates of a cluster share a few issuers: each is read, and its signature verified, once.
    private CertificateInfo? Intermediate(Guid clusterId, ReadOnlyMemory<byte> der)
    {
        var key = (clusterId, Issuer: CanonicalJson.Sha256(der.Span));
        if (facts.TryGetValue(key, out CertificateInfo? known)) return known;
        return facts.Set(
            key,
            CertificateFacts.TryReadOne(der.Span),
            new MemoryCacheEntryOptions { Size = 1, SlidingExpiration = TimeSpan.FromHours(1) });
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        cache.Dispose();
        facts.Dispose();
    }

    private readonly record struct Key(
        Guid ClusterId,
        string Content,
        CertificateSource? Source,
        bool HasPrivateKey,
        string? KeyPublicSha256,
        CertificateUse Use,
        string Trust);

    private sealed record Remembered(IReadOnlyList<CertificateFinding> Findings, DateTimeOffset From, DateTimeOffset Until);
}

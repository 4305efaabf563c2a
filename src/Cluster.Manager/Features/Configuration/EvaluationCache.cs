using Cluster.Domain.Bundles;
using Cluster.Domain.Validation;
using Cluster.Pki.Findings;
using Microsoft.Extensions.Caching.Memory;

namespace Cluster.Manager.Features.Configuration;

/// <summary>Remembers for an hour what the rules say of a certificate: contents never change, only time does, and its findings count days.</summary>
internal sealed class EvaluationCache : IDisposable
{
    private const int MaxEntries = 200_000;

    private readonly MemoryCache cache = new(new MemoryCacheOptions { SizeLimit = MaxEntries });

    /// <summary>The evaluator of a cluster; nothing is shared between clusters.</summary>
    public CertificateEvaluator For(Guid clusterId) => (content, use, now) =>
    {
        var chain = string.Join(',', content.Chain.Select(c => Contracts.Json.CanonicalJson.Sha256(c.Span)));
        var key = (clusterId, content.Sha256, chain, content.Source, content.HasPrivateKey, use, Hour: now.UtcTicks / TimeSpan.TicksPerHour);
        if (cache.TryGetValue(key, out IReadOnlyList<CertificateFinding>? known)) return known!;
        var found = CertificateEvaluation.Evaluate(content, use, now);
        return cache.Set(key, found, new MemoryCacheEntryOptions { Size = 1, SlidingExpiration = TimeSpan.FromHours(1) });
    };

    /// <inheritdoc />
    public void Dispose() => cache.Dispose();
}

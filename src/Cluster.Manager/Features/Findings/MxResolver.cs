using Cluster.Domain.Validation;
using Cluster.Manager.Hosting;
using Cluster.Manager.Hosting.Endpoints;
using Cluster.Verification.Dns;

namespace Cluster.Manager.Features.Findings;

/// <summary>Asks the configured resolver, or the host's own, for MX records.</summary>
internal sealed class MxResolver(ManagerOptions options, TimeProvider clock)
{
    private readonly MxLookup lookup = new(options.Dns is { } address ? EndpointAddress.Parse(address).ToAddress() : null);

    /// <summary>Looks a domain up.</summary>
    /// <returns>Null when no resolver answered: nothing is known then.</returns>
    public async Task<MxAnswer?> QueryAsync(string domain, CancellationToken ct)
    {
        var seen = await lookup.QueryAsync(domain, ct);
        var now = clock.GetUtcNow();
        return seen.State switch
        {
            MxState.Found when seen.Hosts is [""] => new MxAnswer(MxOutcome.Null, [], now),
            MxState.Found => new MxAnswer(MxOutcome.Hosts, seen.Hosts.Where(h => h.Length > 0).ToList(), now),
            MxState.NoRecords => new MxAnswer(MxOutcome.Implicit, [domain], now),
            MxState.NoDomain => new MxAnswer(MxOutcome.NoDomain, [], now),
            _ => null,
        };
    }
}

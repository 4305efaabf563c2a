using Cluster.Domain.Validation;
using Cluster.Manager.Hosting;
using Cluster.Manager.Hosting.Endpoints;
using Cluster.Verification.Dns;

namespace Cluster.Manager.Features.Findings;

/// <summary>Asks the configured resolver, or the host's own, for MX records.</summary>
internal sealed class MxResolver(ManagerOptions options, MxSchedule schedule, MxRecordMemory answers, TimeProvider clock)
{
    private readonly MxLookup lookup = new(options.Dns is { } address ? EndpointAddress.Parse(address).ToAddress() : null);

    /// <summary>Looks a domain up, keeps the answer and plans the next look.</summary>
    /// <returns>False when no resolver answered: what was known stays.</returns>
    public async Task<bool> LookUpAsync(Guid clusterId, string domain, CancellationToken ct)
    {
        var answer = Judge(domain, await lookup.QueryAsync(domain, ct));
        if (answer is not null) answers.Set(clusterId, domain, answer);
        schedule.Note(clusterId, domain, answer is not null);
        return answer is not null;
    }

    private MxFacts? Judge(string domain, MxSeen seen)
    {
        var now = clock.GetUtcNow();
        return seen.State switch
        {
            MxState.Found when seen.Hosts is [""] => new MxFacts(MxOutcome.Null, [], now),
            MxState.Found => new MxFacts(MxOutcome.Hosts, [.. seen.Hosts.Where(h => h.Length > 0)], now, seen.More),
            MxState.NoRecords => new MxFacts(MxOutcome.Implicit, [domain], now),
            MxState.NoDomain => new MxFacts(MxOutcome.NoDomain, [], now),
            _ => null,
        };
    }
}

using Cluster.Client.Connection;
using Cluster.Contracts.Drift;
using Cluster.Contracts.Findings;
using Cluster.Contracts.Json;

namespace Cluster.Client.Findings;

/// <summary>What is found in the running configuration, and what people changed on hosts.</summary>
public sealed class FindingsClient
{
    private readonly ResourceScope scope;

    internal FindingsClient(ResourceScope scope) => this.scope = scope;

    /// <summary>Lists findings, errors first; null = any.</summary>
    public IAsyncEnumerable<Finding> ListAsync(FindingFilter? filter = null, CancellationToken ct = default) =>
        scope.Transport.ListAsync<Finding>(
            () => new RestRequest(HttpMethod.Get, scope.Routes.Findings)
                .Query("severity", filter?.Severity is { } severity ? EnumNames.Of(severity) : null)
                .Query("code", filter?.Code)
                .Query("level", filter?.Level)
                .Query("kind", filter?.Kind)
                .Query("name", filter?.Name),
            ct);

    /// <summary>Lists differences on hosts that were not made by the agent; null = any.</summary>
    public IAsyncEnumerable<DriftShape> ListDriftAsync(DriftFilter? filter = null, CancellationToken ct = default) =>
        scope.Transport.ListAsync<DriftShape>(
            () => new RestRequest(HttpMethod.Get, scope.Routes.Drift)
                .Query("machine", filter?.Machine)
                .Query("service", filter?.Service)
                .Query("level", filter?.Level)
                .Query("kind", filter?.Kind)
                .Query("name", filter?.Name),
            ct);
}

/// <summary>Which findings are listed.</summary>
public sealed record FindingFilter
{
    /// <summary>Null = findings of every severity.</summary>
    public FindingSeverity? Severity { get; init; }

    /// <summary>Null = findings of every code.</summary>
    public string? Code { get; init; }

    /// <summary>Only at this level: cluster, group:NAME or machine:NAME.</summary>
    public string? Level { get; init; }

    /// <summary>Only about objects of this kind.</summary>
    public string? Kind { get; init; }

    /// <summary>Only about objects of this name.</summary>
    public string? Name { get; init; }
}

/// <summary>Which differences are listed.</summary>
public sealed record DriftFilter
{
    /// <summary>Only of this machine, by its label.</summary>
    public string? Machine { get; init; }

    /// <summary>Only of this service, as the host's local file names it.</summary>
    public string? Service { get; init; }

    /// <summary>Only of items that this level defines for the machine: cluster, group:NAME or machine:NAME.</summary>
    public string? Level { get; init; }

    /// <summary>Only about objects of this kind.</summary>
    public string? Kind { get; init; }

    /// <summary>Only about objects of this name.</summary>
    public string? Name { get; init; }
}

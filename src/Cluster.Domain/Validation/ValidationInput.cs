using Cluster.Domain.Bundles;
using Cluster.Domain.Configuration;
using Cluster.Domain.Fleet;

namespace Cluster.Domain.Validation;

/// <summary>Everything that validation looks at.</summary>
public sealed record ValidationInput
{
    /// <summary>The configuration and the fleet.</summary>
    public required ResolvedConfiguration Configuration { get; init; }

    /// <summary>All levels, as they would stand.</summary>
    public ConfigurationSnapshot Snapshot => Configuration.Snapshot;

    /// <summary>Groups and machines.</summary>
    public FleetFacts Fleet => Configuration.Fleet;

    /// <summary>Contents of certificates.</summary>
    public required CertificateLookup Certificates { get; init; }

    /// <summary>Evaluates the rules of certificates; default each time anew.</summary>
    public CertificateEvaluator Evaluate { get; init; } = CertificateEvaluation.Evaluate;

    /// <summary>What is known of MX records; default nothing.</summary>
    public MxRecords Mx { get; init; } = static _ => null;

    /// <summary>What the last validation of the cluster found, and this one leaves for the next; null = nothing is kept.</summary>
    public FindingMemory? Memory { get; init; }

    /// <summary>The instant of the validation.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>True to look only for what can block a commit: everything that depends on time, and advice, is left out.</summary>
    public bool OnlyBlocking { get; init; }
}

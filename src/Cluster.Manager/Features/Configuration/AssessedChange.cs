using Cluster.Contracts.Findings;
using Cluster.Domain.Bundles;
using Cluster.Domain.ChangeSets;
using Cluster.Domain.Configuration;
using Cluster.Domain.Diffs;
using Cluster.Domain.Fleet;
using Cluster.Domain.Validation;

namespace Cluster.Manager.Features.Configuration;

/// <summary>A change with everything that decides whether it may be committed; the answers are computed when asked.</summary>
internal sealed class AssessedChange
{
    /// <summary>The running configuration.</summary>
    public required ConfigurationSnapshot Before { get; init; }

    /// <summary>The configuration with the change.</summary>
    public required ConfigurationSnapshot After { get; init; }

    /// <summary>The edits that change something.</summary>
    public required IReadOnlyList<StagedEdit> Edits { get; init; }

    /// <summary>Groups and machines.</summary>
    public required FleetFacts Fleet { get; init; }

    /// <summary>Contents of certificates.</summary>
    public required CertificateLookup Certificates { get; init; }

    /// <summary>Evaluates the rules of certificates.</summary>
    public CertificateEvaluator Evaluate { get; init; } = CertificateEvaluation.Evaluate;

    /// <summary>What is known of MX records.</summary>
    public MxRecords Mx { get; init; } = static _ => null;

    /// <summary>The instant of the assessment.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>The errors that the change introduces.</summary>
    public IReadOnlyList<Finding> Blocking() => ConfigurationValidator.Introduced(Input(Before), Input(After));

    /// <summary>Everything that would be found after the change.</summary>
    public IReadOnlyList<Finding> Findings() => ConfigurationValidator.Validate(Input(After));

    /// <summary>What differs.</summary>
    public IReadOnlyList<ItemChange> Changes() => [.. Edits.Select(e => ConfigurationDiff.Between(e.Key, Before.Find(e.Key), After.Find(e.Key))).OfType<ItemChange>()];

    /// <summary>What it would do to machines.</summary>
    /// <param name="ledger">Who ever received which key.</param>
    public ChangeImpact Impact(KeyLedger ledger) => ChangeImpact.Of(Before, After, Fleet, Certificates, ledger.Holds);

    /// <summary>The codes that a commit must name.</summary>
    public IReadOnlyList<string> Dangers()
    {
        var touched = Fleet.Machines.Count < DangerousChanges.SmallFleet ? 0 : Impact(KeyLedger.Everything).Machines.Count;
        return DangerousChanges.Of(Before, After, Fleet, touched);
    }

    private ValidationInput Input(ConfigurationSnapshot snapshot) => new() { Snapshot = snapshot, Fleet = Fleet, Certificates = Certificates, Evaluate = Evaluate, Mx = Mx, Now = Now };
}

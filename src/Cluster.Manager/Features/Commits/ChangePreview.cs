using Cluster.Contracts.Findings;
using Cluster.Domain.Bundles;
using Cluster.Domain.ChangeSets;
using Cluster.Domain.Configuration;
using Cluster.Domain.Diffs;
using Cluster.Domain.Fleet;
using Cluster.Domain.Renewals;
using Cluster.Domain.Validation;

namespace Cluster.Manager.Features.Commits;

/// <summary>A change with everything that decides whether it may be committed; the answers are computed when asked.</summary>
internal sealed class ChangePreview
{
    private IReadOnlyList<CertificateReplacement>? replacements;

    /// <summary>The running configuration.</summary>
    public ConfigurationSnapshot Before => Running.Snapshot;

    public ConfigurationSnapshot After => Changed.Snapshot;

    /// <summary>The running configuration, resolved once for all questions.</summary>
    public required ResolvedConfiguration Running { get; init; }

    /// <summary>The configuration with the change, resolved once for all questions.</summary>
    public required ResolvedConfiguration Changed { get; init; }

    /// <summary>The edits that change something.</summary>
    public required IReadOnlyList<StagedEdit> Edits { get; init; }

    /// <summary>Groups and machines.</summary>
    public FleetFacts Fleet => Changed.Fleet;

    /// <summary>Contents of certificates.</summary>
    public required CertificateLookup Certificates { get; init; }

    /// <summary>Evaluates the rules of certificates.</summary>
    public CertificateEvaluator Evaluate { get; init; } = CertificateEvaluation.Evaluate;

    /// <summary>Reads contents of certificates; null for what cannot be read.</summary>
    public Func<CertificateContent, CertificateFacts?> ReadFacts { get; init; } = CertificateFacts.TryRead;

    /// <summary>What is known of MX records.</summary>
    public MxRecords Mx { get; init; } = static _ => null;

    /// <summary>The instant of the assessment.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>The errors that the change introduces.</summary>
    public IReadOnlyList<Finding> Blocking() => ConfigurationValidator.Introduced(Input(Running), Input(Changed));

    /// <summary>Everything that would be found after the change.</summary>
    /// <param name="memory">What was found before, kept for the next time; null = nothing is kept.</param>
    public IReadOnlyList<Finding> Findings(FindingMemory? memory = null) =>
        ConfigurationValidator.Validate(Input(Changed) with { Memory = memory });

    /// <summary>What differs.</summary>
    public IReadOnlyList<ItemChange> Changes() =>
        [.. Edits.Select(e => ConfigurationDiff.Between(e.Key, Before.Find(e.Key), After.Find(e.Key))).OfType<ItemChange>()];

    /// <summary>What it would do to machines.</summary>
    /// <param name="ledger">Who ever received which key.</param>
    public ChangeImpact Impact(KeyLedger ledger) => ChangeImpact.Of(Running, Changed, Certificates, ledger.Holds);

    /// <summary>Versions of certificates that take the place of others.</summary>
    public IReadOnlyList<CertificateReplacement> Replacements() => replacements ??=
        new CertificateReplacements(Certificates, ReadFacts, Mx).Between(Running, Changed, Edits.Select(e => e.Key));

    /// <summary>The codes that a commit must name.</summary>
    public IReadOnlyList<string> Dangers()
    {
        var touched = Fleet.Machines.Count < DangerousChanges.SmallFleet ? 0 : Impact(KeyLedger.Everything).Machines.Count;
        return DangerousChanges.Of(Running, Changed, touched, Replacements());
    }

    private ValidationInput Input(ResolvedConfiguration configuration) =>
        new() { Configuration = configuration, Certificates = Certificates, Evaluate = Evaluate, Mx = Mx, Now = Now };
}

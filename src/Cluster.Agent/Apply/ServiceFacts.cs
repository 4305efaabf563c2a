using System.Security.Cryptography;
using Cluster.Agent.Drivers;
using Cluster.Agent.Programs;
using Cluster.Contracts.Machines;

namespace Cluster.Agent.Apply;

/// <summary>How records change by what happens; pure but for the jitter of retries.</summary>
internal static class ServiceFacts
{
    private const double LeastJitter = 0.8;

    /// <summary>A part failed.</summary>
    public static ServiceRecord Failed(
        ServiceRecord record, SwitchOrder order, ApplyFailure failure, string fingerprint, DateTimeOffset now) =>
        record with { Attempted = Attempt(record, order, failure, fingerprint, now) };

    /// <summary>
    /// A part is live and proven; when the driver refused some of it, the attempt counts as failed although the rest is live.
    /// </summary>
    public static ServiceRecord Succeeded(ServiceRecord record, SwitchOrder order, ApplyResult result, DateTimeOffset now) => record with
    {
        Applied = new AppliedFact(order.Part, order.Number, order.Revision, record.Applied?.Part == order.Part ? record.Applied.At : now)
        {
            AgentVersion = AgentVersion.Text,
            Findings = result.Findings,
            WhileStopped = result.Proof.Method == VerificationMethod.Pending,
        },
        Attempted = Attempt(record, order, RefusedItem.FailureOf(result.Refused), result.LocalFingerprint, now),
        Verified = new VerifiedFact { Part = order.Part, Number = order.Number, Revision = order.Revision, At = now, Proof = result.Proof },
        Warnings = result.Warnings,
        Refused = result.Refused,
        Drift = [],
        Plan = "",
        PlannedPart = null,
    };

    /// <summary>
    /// For what the part in force does not define, what stood before the join was restored; without one, nothing of the agent is
    /// live any more.
    /// </summary>
    public static ServiceRecord Unmanaged(ServiceRecord record, SwitchOrder order, ApplyResult result, DateTimeOffset now) =>
        order.Part.Length == 0
            ? new ServiceRecord()
            : WithRefused(record, result.Refused, result.Warnings) with
            {
                Verified = new VerifiedFact
                {
                    Part = order.Part,
                    Number = order.Number,
                    Revision = order.Revision,
                    At = now,
                    Proof = result.Proof
                },
                Drift = [],
            };

    /// <summary>What of the applied part the driver takes turned out to be more or less than before.</summary>
    public static ServiceRecord WithRefused(ServiceRecord record, IReadOnlyList<RefusedItem> refused, IReadOnlyList<string> warnings)
    {
        var attempted = record.Attempted;
        if (refused.Count == 0 && attempted is { Error.Code: ApplyCodes.ItemRefused } && attempted.Part == record.Applied?.Part)
            attempted = attempted with { Error = null, RetryAt = null, Failures = 0 };
        return record with { Refused = refused, Warnings = warnings, Attempted = attempted };
    }

    /// <summary>What is live was looked at again.</summary>
    public static ServiceRecord Proven(ServiceRecord record, ServiceProof proof, DateTimeOffset now) => record with
    {
        Verified = record.Applied is { } live
            ? new VerifiedFact { Part = live.Part, Number = live.Number, Revision = live.Revision, At = now, Proof = proof }
            : null,
        Attempted = record.Attempted is { Error.Check: "probe" } last && last.Part == record.Applied?.Part
            ? last with { Error = null, RetryAt = null, Failures = 0 }
            : record.Attempted,
    };

    /// <summary>What is live could not be looked at; the same record when that is shown already.</summary>
    public static ServiceRecord Unseen(ServiceRecord record, string why, DateTimeOffset now)
    {
        var others = record.Drift.Where(d => d.Path != DriftFact.Observation);
        return record.Verified is null && record.Drift.Any(d => d.Path == DriftFact.Observation && d.What == why)
            ? record
            : record with { Verified = null, Drift = [.. others, new DriftFact(DriftFact.Observation, why, now)] };
    }

    /// <summary>The same part is named by a newer assignment: nothing is done, the facts move on.</summary>
    public static ServiceRecord MovedOn(ServiceRecord record, ulong number, ulong revision)
    {
        if (record.Applied is not { } live || (live.Number == number && live.Revision == revision)) return record;
        return record with
        {
            Applied = live with { Number = number, Revision = revision },
            Verified = record.Verified is { } proof && proof.Part == live.Part
                ? proof with { Number = number, Revision = revision }
                : record.Verified,
        };
    }

    // What may pass by itself is tried again, each time later.
    private static AttemptedFact Attempt(
        ServiceRecord record, SwitchOrder order, ApplyFailure? failure, string fingerprint, DateTimeOffset now)
    {
        var attempted = new AttemptedFact
        {
            Part = order.Part,
            Number = order.Number,
            Revision = order.Revision,
            At = now,
            Attempt = order.Attempt,
            AgentVersion = AgentVersion.Text,
            LocalFingerprint = fingerprint,
        };
        if (failure is null) return attempted;
        var failures = record.Attempted is { Error: not null } last && last.Part == order.Part ? last.Failures + 1 : 1;
        var jitter = LeastJitter + (RandomNumberGenerator.GetInt32(0, 21) / 100.0);
        return attempted with
        {
            Error = FailureFact.Of(failure),
            Failures = failures,
            RetryAt = failure.Kind == ApplyFailureKind.Transient ? now + (ApplyDecision.RetryAfter(failures) * jitter) : null,
        };
    }

    /// <summary>Differences seen now, each with the time at which it was first seen.</summary>
    public static IReadOnlyList<DriftFact> Drift(IReadOnlyList<DriftFact> before, IEnumerable<ServiceDrift> seen, DateTimeOffset now) =>
    [
        .. seen.Select(d => new DriftFact(d.Path, d.What, before.FirstOrDefault(b => b.Path == d.Path && b.What == d.What)?.Since ?? now)
        {
            Sides = d.Sides,
        }),
    ];
}

/// <summary>What came of a switch that ended well.</summary>
/// <param name="Proof">What was seen of the service afterwards.</param>
/// <param name="Warnings">What people should know although it was applied.</param>
/// <param name="Refused">What of the part the driver did not take.</param>
/// <param name="LocalFingerprint">The administrator's own files, by which refused items are tried again; empty when nothing was
/// refused.</param>
internal sealed record ApplyResult(
    ServiceProof Proof, IReadOnlyList<string> Warnings, IReadOnlyList<RefusedItem> Refused, string LocalFingerprint)
{
    /// <summary>What the driver knew from beside the host when it staged.</summary>
    public string Findings { get; init; } = "";
}

/// <summary>What is to be applied to one service.</summary>
/// <param name="Service">Service.</param>
/// <param name="Part">Hash, lower-case hex.</param>
/// <param name="Number">Assignment number.</param>
/// <param name="Revision">Revision.</param>
/// <param name="Attempt">Attempt of the assignment.</param>
internal sealed record SwitchOrder(string Service, string Part, ulong Number, ulong Revision, uint Attempt)
{
    /// <summary>As it stands in a journal.</summary>
    public static SwitchOrder Of(JournalEntry entry) => new(entry.Service, entry.Part, entry.Number, entry.Revision, entry.Attempt);
}

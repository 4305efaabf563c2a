using Cluster.Contracts.Bundles;

namespace Cluster.Agent.Drivers;

/// <summary>
/// One service on this host: this Postfix, that directory of files. The engine calls one method at a time, in the order
/// stage → (journal) → switch → reload → prove → complete or restore, and keeps the token of the staged state in its journal,
/// so that a driver in a new process can go on after a kill at any point. Every step that takes a token may be repeated.
/// A service always holds the old or the new complete state; nothing outside a driver's own lines and files is touched.
/// </summary>
internal interface IServiceDriver
{
    /// <summary>What the service can do; read from the local file and the installed software, never from a manager.</summary>
    Task<ServiceDescription> DescribeAsync(CancellationToken ct);

    /// <summary>Whether the software runs now.</summary>
    Task<bool> IsRunningAsync(CancellationToken ct);

    /// <summary>
    /// Hash (lower-case hex) over the administrator's own files that decide whether a part can be applied, without what the agent
    /// wrote itself, and over whether the software runs where that decides as well: a final failure is held back until it changes.
    /// </summary>
    Task<string> LocalFingerprintAsync(CancellationToken ct);

    /// <summary>
    /// Hash (lower-case hex) over everything that stands in files and bears on what was proven, the agent's own lines included: when it
    /// changes, the service is proven again soon. Asked every few seconds: sizes and times do, nothing needs to be read.
    /// </summary>
    Task<string> WatchedFilesAsync(CancellationToken ct);

    /// <summary>
    /// Own validation, rendering beside the live files, native check, preflight where the software's check is blind. Changes nothing live.
    /// Equal rendered bytes give a staged state that is not <see cref="StagedService.Changed"/>, and leave nothing behind.
    /// </summary>
    Task<Attempt<StagedService>> StageAsync(ServicePart part, IPrivateKeys keys, CancellationToken ct);

    /// <summary>
    /// Makes the staged state live by its one switch point. After a failure nothing has changed, or <see cref="RestoreAsync"/>
    /// puts it right.
    /// </summary>
    Task<ApplyFailure?> SwitchAsync(string token, CancellationToken ct);

    /// <summary>
    /// Lets running software take the live state up (never a restart; software that is down stays down and that is no failure).
    /// </summary>
    Task<ApplyFailure?> ReloadAsync(string token, CancellationToken ct);

    /// <summary>
    /// Shows that the service runs what the part says. <see cref="ServiceProof.Method"/> is pending when the software is down.
    /// A service that answers with something else is a final failure with check <c>probe</c>.
    /// </summary>
    Task<Attempt<ServiceProof>> ProveAsync(ServicePart part, CancellationToken ct);

    /// <summary>
    /// Puts the state before the switch back, also when only a part of the switch was done, and lets running (also throttled)
    /// software take it up.
    /// </summary>
    Task<ApplyFailure?> RestoreAsync(string token, CancellationToken ct);

    /// <summary>The staged state stays: removes what only a restore would need. Failures only cost disk space.</summary>
    Task CompleteAsync(string token, CancellationToken ct);

    /// <summary>Removes a staged state that was never switched to.</summary>
    Task DiscardAsync(string token, CancellationToken ct);

    /// <summary>Mode observe: the difference that enforcing would make, as text for people, never key material; empty = none.</summary>
    Task<Attempt<string>> PlanAsync(ServicePart part, CancellationToken ct);

    /// <summary>What differs from the state that was applied last and was not made by the agent.</summary>
    Task<IReadOnlyList<ServiceDrift>> ObserveAsync(CancellationToken ct);

    /// <summary>
    /// Stages what stood before the join for what is live and not defined in <paramref name="part"/> (null = nothing is). It is
    /// switched to, proven and restored as any staged state.
    /// </summary>
    Task<Attempt<StagedService>> StageUnmanageAsync(ServicePart? part, CancellationToken ct);

    /// <summary>
    /// Hash over what the driver found out beside its host and that bears on what can be applied; empty = nothing. When it is another than
    /// that of the staged state (<see cref="StagedService.Findings"/>), the part is applied once more.
    /// </summary>
    string Findings => "";

    /// <summary>Finds out what is not on the host, beside all else; runs until cancelled and changes nothing. Most do nothing.</summary>
    Task FindOutAsync(CancellationToken ct) => Task.CompletedTask;
}

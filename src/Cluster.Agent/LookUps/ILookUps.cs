using Cluster.Verification.Published;

namespace Cluster.Agent.LookUps;

/// <summary>Finds out what domains publish.</summary>
internal interface ILookUps
{
    /// <summary>Looks up what was asked, a few at a time; what could not be told is missing or unknown in what comes back.</summary>
    Task<IReadOnlyList<PublishedSeen>> AskAsync(LookUpRequest request, CancellationToken ct);
}

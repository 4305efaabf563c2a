using Cluster.Verification.Published;

namespace Cluster.Agent.LookUps;

/// <summary>Finds out what domains publish.</summary>
internal interface ILookUps
{
    /// <summary>Looks up what was asked, a few at a time; what could not be told is missing or unknown in what comes back.</summary>
    /// <param name="request">What is asked.</param>
    /// <param name="limit">How long it may take: what is known then comes back.</param>
    /// <param name="ct">Stops it.</param>
    Task<IReadOnlyList<PublishedSeen>> AskAsync(LookUpRequest request, TimeSpan limit, CancellationToken ct);
}

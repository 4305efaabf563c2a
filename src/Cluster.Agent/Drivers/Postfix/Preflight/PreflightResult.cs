using Cluster.Contracts.Machines;

namespace Cluster.Agent.Drivers.Postfix.Preflight;

/// <summary>What a scratch instance showed.</summary>
/// <param name="Failure">Why nothing of the state can go live; null = it can.</param>
/// <param name="Protocols">Why the TLS versions and ciphers of listeners cannot be applied here; everything else may.</param>
internal sealed record PreflightResult(ApplyFailure? Failure, string? Protocols = null);

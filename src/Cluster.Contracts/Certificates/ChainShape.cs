namespace Cluster.Contracts.Certificates;

/// <summary>A chain as it is served.</summary>
/// <param name="Certificates">Leaf first, each PEM.</param>
public sealed record ChainShape(IReadOnlyList<string> Certificates);

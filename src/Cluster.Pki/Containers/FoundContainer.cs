namespace Cluster.Pki.Containers;

/// <summary>One container that was found in the data.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Detail">Algorithms and counts, for people; for example <c>PBES2 AES-256-CBC, MAC HMAC-SHA-256, 600000
/// iterations</c>.</param>
public sealed record FoundContainer(ContainerKind Kind, string Detail);

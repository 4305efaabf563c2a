namespace Cluster.Contracts.Json;

/// <summary>One thing that is wrong with a JSON document.</summary>
/// <param name="Pointer">JSON Pointer (RFC 6901) to the member.</param>
/// <param name="Code">Stable code, for example <c>unknown-member</c>.</param>
/// <param name="Detail">What is wrong and what to do, for people.</param>
public sealed record FieldError(string Pointer, string Code, string Detail);

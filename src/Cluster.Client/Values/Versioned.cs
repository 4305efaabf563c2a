namespace Cluster.Client.Values;

/// <summary>A value as it was read, with the entity tag of its stored state.</summary>
/// <typeparam name="T">Type of the value.</typeparam>
/// <param name="Value">The value.</param>
/// <param name="ETag">
/// Give it as <see cref="WriteOptions.IfMatch"/>, and a write fails when somebody was faster; null = the resource has none.
/// </param>
public sealed record Versioned<T>(T Value, string? ETag);

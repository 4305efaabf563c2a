namespace Cluster.Contracts.Json;

/// <summary>Marks a write-only member in which <c>null</c> removes the stored value.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class NullRemovesAttribute : Attribute;

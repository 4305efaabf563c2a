namespace Cluster.Pki.Containers;

/// <summary>How to read data.</summary>
public sealed record ReadOptions
{
    /// <summary>Passwords to try in this order; absent and empty ones are tried anyway.</summary>
    public IReadOnlyList<string> Passwords { get; init; } = [];

    /// <summary>Forces a format instead of detecting it.</summary>
    public ContainerKind? Format { get; init; }

    /// <summary>What this reading may cost; parts of one upload share one. Absent = a budget of its own.</summary>
    public ReadBudget? Budget { get; init; }

    /// <summary>Passwords never show themselves.</summary>
    public override string ToString() => $"ReadOptions {{ {Passwords.Count} passwords, format {Format?.ToString() ?? "detected"} }}";
}

namespace Cluster.Agent.Drivers;

/// <summary>A state that stands beside the live files and has passed every check.</summary>
internal sealed record StagedService
{
    /// <summary>What the driver needs to find it again, also in a new process; opaque to the engine, at most 4 KiB, no secret.</summary>
    public required string Token { get; init; }

    /// <summary>False when the rendered bytes equal the live ones: nothing is written or reloaded, only proven.</summary>
    public required bool Changed { get; init; }

    /// <summary>
    /// What people should know although it was applied, for example settings that no level defines any more and that stay
    /// (<c>orphaned …</c>).
    /// </summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>What of the part the driver cannot take; it stays as it was before, and all the rest of the part is staged.</summary>
    public IReadOnlyList<RefusedItem> Refused { get; init; } = [];

    /// <summary>What the driver knew from beside its host when it was staged (<see cref="IServiceDriver.Findings"/>).</summary>
    public string Findings { get; init; } = "";
}

using Cluster.Contracts.Findings;
using Cluster.Domain.Configuration;

namespace Cluster.Domain.Validation;

/// <summary>What a rule found, before it gets an id and labels.</summary>
internal sealed record RawFinding(string Code, FindingSeverity Severity, ItemKey Item, string Name, string Message, string Hint)
{
    /// <summary>Tells apart findings of one code about one item, for example the pointer of a reference.</summary>
    public string Detail { get; init; } = "";

    /// <summary>Tells apart machine classes where the finding depends on what hosts can express.</summary>
    public string Scope { get; init; } = "";

    /// <summary>Whether it depends on time, so that it never blocks.</summary>
    public bool DependsOnTime { get; init; }

    /// <summary>How it was shown before, where findings are kept for the next validation; null = they are not.</summary>
    public ShownFinding? Shown { get; init; }

    /// <summary>When what it depends on was looked up; null = nothing was.</summary>
    public DateTimeOffset? CheckedAt { get; init; }

    public static RawFinding Error(string code, Item item, string message, string hint) =>
        new(code, FindingSeverity.Error, item.Key, item.Name, message, hint);

    public static RawFinding Warning(string code, Item item, string message, string hint) =>
        new(code, FindingSeverity.Warning, item.Key, item.Name, message, hint);

    /// <summary>Id for one machine, or for all.</summary>
    public string Id(Guid? machine) => machine is null && Shown is not null ? Shown.Id ??= NewId(null) : NewId(machine);

    private string NewId(Guid? machine) =>
        Contracts.Json.CanonicalJson.Sha256(
            $"{Code}|{Item.LevelKind}|{Item.LevelId}|{Item.Kind}|{Item.Name}|{Detail}|{Scope}|{machine}")[..32];
}

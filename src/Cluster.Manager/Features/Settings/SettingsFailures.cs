using System.Text.Json.Nodes;
using Cluster.Contracts.Levels;
using Cluster.Contracts.Problems;
using Cluster.Domain.Configuration;
using Cluster.Domain.Failures;
using Cluster.Manager.Features.Commits;
using Cluster.Manager.Hosting.Problems;
using Cluster.Storage;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Settings;

/// <summary>Why settings cannot be read or written.</summary>
internal static class SettingsFailures
{
    /// <summary>The level does not define the object; says where it is inherited from, if anywhere.</summary>
    public static async Task<Failure> NotDefinedAsync(
        ClusterDbContext db, SettingsKind kind, string name, ItemLevel level, ConfigurationSnapshot snapshot, CancellationToken ct)
    {
        if (level.Kind == LevelKind.Cluster) return CommonFailures.NotFound(kind.Words, name);
        var what = kind.IsSingleton ? kind.Words : $"{kind.Words} '{name}'";
        return await NotDefinedAsync(
            db,
            what,
            level,
            (levelKind, id) => snapshot.Find(ItemKey.Of(levelKind, id, kind.Kind, name)) is not null,
            snapshot.ClusterId,
            ct);
    }

    /// <summary>A group or machine does not define something; says where it is inherited from, if anywhere.</summary>
    /// <param name="db">Context of the unit.</param>
    /// <param name="what">Completes the sentence "the level does not define …".</param>
    /// <param name="level">The level.</param>
    /// <param name="defines">Whether the level of that kind and id defines it.</param>
    /// <param name="clusterId">The cluster.</param>
    /// <param name="ct">Cancels.</param>
    public static async Task<Failure> NotDefinedAsync(
        ClusterDbContext db, string what, ItemLevel level, Func<LevelKind, Guid, bool> defines, Guid clusterId, CancellationToken ct)
    {
        var inherited = await InheritedFromAsync(db, level, defines, clusterId, ct);
        return new Failure(
            FailureCategory.NotFound,
            ProblemCodes.NotDefinedAtLevel,
            inherited is null
                ? $"The level {level.Name} does not define {what}, and nor does any level above it."
                : $"The level {level.Name} does not define {what}; it is inherited from {inherited}.")
        {
            Extensions = inherited is null
                ? new Dictionary<string, JsonNode?>()
                : new Dictionary<string, JsonNode?> { ["inheritedFrom"] = inherited },
        };
    }

    /// <summary>The same for a PATCH, which needs something to change: says how to begin.</summary>
    public static Failure PutFirst(Failure notDefined, ItemLevel level) => level.Kind == LevelKind.Cluster
        ? notDefined
        : notDefined with
        {
            Detail = $"{notDefined.Detail} PUT it at {level.Name} first: a PATCH changes only what that level defines itself.",
        };

    /// <summary>Certificates are not made by PUT.</summary>
    public static Failure CreateFirst(string name) => new(
        FailureCategory.NotFound,
        ProblemCodes.CreateOrImportFirst,
        $"There is no certificate '{name}' at this level; create one with POST, or "
            + "import one.");

    /// <summary>A hidden object has no members to patch.</summary>
    public static Failure HiddenFailure(string name) => new(
        FailureCategory.Conflict, ProblemCodes.Hidden, $"'{name}' is hidden at this level; PUT a document, or DELETE to inherit again.");

    /// <summary>The target level has such an object.</summary>
    public static Failure ExistsAtLevel(string name, LevelName level) => new(
        FailureCategory.Conflict,
        ProblemCodes.ExistsAtLevel,
        $"The level {level} defines '{name}' already; set 'replace' to true to replace it.");

    private static async Task<string?> InheritedFromAsync(
        ClusterDbContext db, ItemLevel level, Func<LevelKind, Guid, bool> defines, Guid clusterId, CancellationToken ct)
    {
        if (level is { Kind: LevelKind.Machine, GroupId: { } group } && defines(LevelKind.Group, group))
            return new LevelName(
                LevelKind.Group, await db.Groups.AsNoTracking().Where(g => g.Id == group).Select(g => g.Name).SingleAsync(ct)).ToString();
        return defines(LevelKind.Cluster, clusterId) ? LevelName.Cluster.ToString() : null;
    }
}

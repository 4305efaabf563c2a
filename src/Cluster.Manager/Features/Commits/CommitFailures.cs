using System.Text.Json;
using System.Text.Json.Nodes;
using Cluster.Contracts.Findings;
using Cluster.Contracts.Problems;
using Cluster.Domain.ChangeSets;
using Cluster.Domain.Configuration;
using Cluster.Domain.Failures;
using Cluster.Domain.Fleet;
using Cluster.Domain.Settings;
using Cluster.Storage;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Commits;

/// <summary>Why a commit is refused.</summary>
internal static class CommitFailures
{
    /// <summary>The cluster is gone.</summary>
    public static Failure NoCluster { get; } = new(FailureCategory.NotFound, ProblemCodes.NotFound, "The cluster does not exist any more.");

    /// <summary>A machine has shown another history.</summary>
    public static Failure Forked { get; } = new(
        FailureCategory.Conflict,
        ProblemCodes.ClusterForked,
        "A machine holds configuration that this database does not know: the database is an older copy. Restore the newer one, or run "
            + "'cluster-manager epoch raise'; until then nothing can be committed.");

    /// <summary>A revision waits for its confirmation.</summary>
    public static Failure AwaitsConfirmation(long revision) => new(
        FailureCategory.Conflict,
        ProblemCodes.ConfirmationPending,
        $"Revision {revision} waits to be confirmed. Confirm it, or wait until it "
            + "is rolled back automatically.");

    /// <summary>Errors that the change introduces.</summary>
    public static ValidationFailure Blocked(IReadOnlyList<Finding> findings)
    {
        var count = findings.Count > 1 ? $" ({findings.Count} findings)" : "";
        return new ValidationFailure($"The change is refused: {findings[0].Message}{count} Nothing was changed.")
        {
            Extensions = new Dictionary<string, JsonNode?> { ["findings"] = ToArray(findings) },
        };
    }

    /// <summary>Dangerous changes that were not named.</summary>
    public static Failure NotAcknowledged(IReadOnlyList<string> codes, ChangePreview change)
    {
        var lost = change.Replacements()
            .SelectMany(r => r.Dangerous.Where(l => codes.Contains(l.Code)).Select(l => ReplacementResponse.Say(r, l)));
        return new Failure(
            FailureCategory.Conflict,
            ProblemCodes.AcknowledgementRequired,
            string.Join(
                ' ',
                [$"The change is valid but dangerous ({string.Join(", ", codes)}); name these codes in 'acknowledge' to go on.",
                    .. lost.Take(3)]))
        {
            Extensions = new Dictionary<string, JsonNode?> { ["acknowledge"] = new JsonArray([.. codes.Select(c => JsonValue.Create(c))]) },
        };
    }

    /// <summary>Machines are in the group.</summary>
    public static Failure GroupNotEmpty(string group) => new(
        FailureCategory.Conflict, ProblemCodes.GroupNotEmpty, $"Machines are in group '{group}'; move them to another one, or name it in "
            + "moveMachinesTo.");

    /// <summary>A group cannot come back under its name.</summary>
    public static Failure GroupNameTaken(string group) => new(
        FailureCategory.Conflict, ProblemCodes.NameTaken, $"Group '{group}' cannot come back: another group has its name now. Rename that "
            + "one first.");

    /// <summary>A delete of something that others name: the same findings, told as references.</summary>
    /// <returns>Null when nothing names it.</returns>
    public static Failure? InUse(ConfigurationSnapshot after, FleetFacts fleet, ItemKey deleted, string name)
    {
        var references = after.Items
            .Where(
                i => !i.Hidden
                    && KindRegistry.Get(i.Key.Kind)
                        .References(i.Document)
                        .Any(r => r.Kind == deleted.Kind && ItemNames.Normalize(r.Kind, r.Name) == deleted.Name))
            .OrderBy(i => i.Key)
            .Select(i => (Level: fleet.LevelOf(i.Key.LevelKind, i.Key.LevelId).ToString(), i.Key.Kind, i.Name))
            .ToList();
        if (references.Count == 0) return null;
        const int Named = 3;
        var named = string.Join(", ", references.Take(Named).Select(r => $"{r.Kind}/{r.Name} ({r.Level})"));
        var more = references.Count > Named ? $" and {references.Count - Named} more" : "";
        return new Failure(
            FailureCategory.Conflict, ProblemCodes.InUse, $"'{name}' is in use by {named}{more}; change what refers to it first.")
        {
            Extensions = new Dictionary<string, JsonNode?>
            {
                ["references"] = new JsonArray(
                    [.. references.Select(r => new JsonObject { ["level"] = r.Level, ["kind"] = r.Kind, ["name"] = r.Name })]),
            },
        };
    }

    /// <summary>Items that changed since they were staged, with both versions and who changed them.</summary>
    public static async Task<Failure> ConflictAsync(
        ClusterDbContext db, ChangePreview change, IReadOnlyList<EditConflict> conflicts, CancellationToken ct)
    {
        var bases = conflicts.Select(c => c.Mine.BaseVersionId).OfType<Guid>().ToList();
        var documents = await (
            from item in db.Items.AsNoTracking()
            where bases.Contains(item.Id)
            join document in db.Documents.AsNoTracking() on item.DocumentHash equals document.Hash into texts
            from document in texts.DefaultIfEmpty()
            select new { item.Id, item.ToRevision, Text = (string?)document.Text }).ToDictionaryAsync(d => d.Id, ct);
        var enders = documents.Values.Select(d => d.ToRevision).OfType<long>().ToList();
        var authors = await db.Revisions.AsNoTracking()
            .Where(r => r.ClusterId == change.Before.ClusterId && enders.Contains(r.Number))
            .ToDictionaryAsync(r => r.Number, r => r.Author, ct);
        return new Failure(
            FailureCategory.Conflict,
            ProblemCodes.Conflict,
            "Items were changed since they were staged; look at both versions, resolve with mine or theirs, and commit again.")
        {
            Extensions = new Dictionary<string, JsonNode?>
            {
                ["conflicts"] = new JsonArray([.. conflicts.Select(conflict =>
                {
                    var key = conflict.Mine.Key;
                    var old = conflict.Mine.BaseVersionId is { } id ? documents.GetValueOrDefault(id) : null;
                    var revision = conflict.Theirs?.Revision ?? old?.ToRevision;
                    return (JsonNode)new JsonObject
                    {
                        ["level"] = change.Fleet.LevelOf(key.LevelKind, key.LevelId).ToString(),
                        ["kind"] = key.Kind,
                        ["name"] = conflict.Mine.Name,
                        ["base"] = old?.Text is { } text ? JsonNode.Parse(text) : null,
                        ["mine"] = ToNode(conflict.Mine.ToItem()),
                        ["theirs"] = ToNode(conflict.Theirs),
                        ["by"] = conflict.Theirs?.Author ?? (revision is { } number ? authors.GetValueOrDefault(number) : null),
                        ["revision"] = revision,
                    };
                })]),
            },
        };
    }

    private static JsonNode? ToNode(Item? item) => item switch
    {
        null => null,
        { Hidden: true } => new JsonObject { ["hidden"] = true },
        _ => JsonNode.Parse(item.Document.Text),
    };

    private static JsonArray ToArray(IReadOnlyList<Finding> findings) =>
        new([.. findings.Select(f => JsonSerializer.SerializeToNode(f, CommitsJson.Default.Finding))]);
}

/// <summary>The change would introduce errors. Who writes may know better words for it: a delete says what refers to the item.</summary>
internal sealed record ValidationFailure(string Detail) : Failure(FailureCategory.Invalid, ProblemCodes.ValidationFailed, Detail);

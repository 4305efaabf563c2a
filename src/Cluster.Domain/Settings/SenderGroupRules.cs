using System.Text.RegularExpressions;
using Cluster.Contracts.Json;
using Cluster.Contracts.Settings;

namespace Cluster.Domain.Settings;

/// <summary>Rules of a listener's host access table.</summary>
internal static partial class SenderGroupRules
{
    public const int MaximumGroups = 2000;
    public const int MaximumSenders = 20000;

    public static IEnumerable<FieldError> Check(IReadOnlyList<SenderGroup> groups)
    {
        if (groups.Count > MaximumGroups)
            return [
                new FieldError(
                    "/senderGroups",
                    FieldErrorCodes.TooMany,
                    $"A listener has at most {MaximumGroups} sender groups; this one has {groups.Count}.")
            ];
        var senders = groups.Sum(g => g.Senders.Count);
        if (senders > MaximumSenders)
            return [
                new FieldError(
                    "/senderGroups", FieldErrorCodes.TooMany, $"A listener has at most {MaximumSenders} senders; this one has {senders}.")
            ];
        return groups.SelectMany((group, i) => CheckGroup(group, $"/senderGroups/{i}"))
            .Concat(FieldRules.Unique([.. groups.Select(g => g.Name)], "/senderGroups", "sender group"))
            .Concat(AllIsLast(groups));
    }

    private static IEnumerable<FieldError> CheckGroup(SenderGroup group, string pointer)
    {
        if (!GroupName().IsMatch(group.Name))
            yield return new FieldError(
                $"{pointer}/name",
                FieldErrorCodes.Name,
                "A sender group's name has 1 to 63 letters, digits, '.', '_' and '-', and begins with a letter or digit.");
        foreach (var error in FieldRules.Reference(group.Policy, $"{pointer}/policy")) yield return error;
        if (group.Senders.Count == 0)
            yield return new FieldError(
                $"{pointer}/senders",
                FieldErrorCodes.Empty,
                "A sender group without senders never matches; name senders, or leave it out.");
        for (var i = 0; i < group.Senders.Count; i++)
        {
            if (SenderSyntax.Problem(group.Senders[i]) is { } problem)
                yield return new FieldError($"{pointer}/senders/{i}", problem.Code, problem.Detail);
        }

        foreach (var error in Comment(group.Comment, $"{pointer}/comment", mayBreak: true)) yield return error;
        foreach (var error in SenderComments(group, $"{pointer}/senderComments")) yield return error;
    }

    /// <summary>What is wrong with a comment.</summary>
    public static IEnumerable<FieldError> Comment(string? comment, string pointer, bool mayBreak)
    {
        if (comment is null) yield break;
        foreach (var error in FieldRules.Length(comment, TextLimits.Comment, pointer)) yield return error;
        if (comment.Length == 0)
            yield return new FieldError(pointer, FieldErrorCodes.Empty, "An empty comment says nothing; leave it out.");
        else if (comment.Any(c => char.IsControl(c) && c != '\t' && !(mayBreak && c == '\n')))
            yield return new FieldError(
                pointer,
                FieldErrorCodes.Text,
                mayBreak ? "A comment has no control characters but line feeds and tabs." : "A comment on a sender is one line of text.");
    }

    private static IEnumerable<FieldError> SenderComments(SenderGroup group, string pointer)
    {
        if (group.SenderComments is not { } comments) yield break;
        var senders = group.Senders.ToHashSet(StringComparer.Ordinal);
        foreach (var (sender, comment) in comments)
        {
            var member = JsonPointer.Member(pointer, sender);
            if (!senders.Contains(sender))
                yield return new FieldError(
                    member, FieldErrorCodes.Unknown, $"The group has no sender '{sender}'; write it as it stands in 'senders'.");
            foreach (var error in Comment(comment, member, mayBreak: false)) yield return error;
        }
    }

    // The first match wins: what stands after ALL is never reached.
    private static IEnumerable<FieldError> AllIsLast(IReadOnlyList<SenderGroup> groups)
    {
        for (var i = 0; i < groups.Count - 1; i++)
        {
            if (groups[i].Senders.Contains(SenderSyntax.All))
                yield return new FieldError(
                    $"/senderGroups/{i}",
                    FieldErrorCodes.AllNotLast,
                    "A group with 'ALL' must be the last one: the first match wins, the groups after it are never reached.");
        }
    }

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9._-]{0,62}\\z", RegexOptions.CultureInvariant)]
    private static partial Regex GroupName();
}

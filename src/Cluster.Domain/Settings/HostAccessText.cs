using System.Text;
using Cluster.Contracts.Settings;

namespace Cluster.Domain.Settings;

/// <summary>
/// Writes a host access table as text, close to what AsyncOS exports: <c>NAME: sender, sender $policy (comment)</c>, comments of
/// several lines as <c>#</c> lines before it, and <c>ALL $policy</c> last. What is written reads back as the same table.
/// </summary>
public static class HostAccessText
{
    internal const char Mark = '#';
    internal const char PolicyMark = '$';
    internal const string Everybody = "ALL";

    private const int Width = 120;
    private const string Indent = "    ";

    /// <summary>Writes the groups of a listener and its default policy.</summary>
    public static string Write(Listener listener)
    {
        var text = new StringBuilder();
        foreach (var group in listener.SenderGroups ?? [])
        {
            var last = group.Senders.Count - 1;
            var senders = group.Senders.Select((s, i) => Shown(s, group.SenderComments) + (i < last ? "," : "")).ToList();
            WriteEntry(text, $"{group.Name}:", senders, group.Policy, group.Comment);
        }

        WriteEntry(text, Everybody, [], listener.DefaultPolicy, listener.DefaultPolicyComment);
        return text.ToString();
    }

    private static void WriteEntry(StringBuilder text, string head, IReadOnlyList<string> senders, string policy, string? comment)
    {
        var isLong = comment?.Contains('\n', StringComparison.Ordinal) is true;
        if (isLong)
        {
            foreach (var line in comment!.Split('\n')) text.Append(Mark).Append(line.Length > 0 ? " " : "").Append(line).Append('\n');
        }

        var tail = $"{PolicyMark}{policy}{(comment is null || isLong ? "" : $" {Bracketed(comment)}")}";
        IReadOnlyList<string> words = [.. senders, tail];
        if (head.Length + words.Sum(w => w.Length + 1) <= Width) text.Append(head).Append(' ').AppendJoin(' ', words).Append('\n');
        else WriteWrapped(text.Append(head), words);
    }

    private static void WriteWrapped(StringBuilder text, IReadOnlyList<string> words)
    {
        var column = Width;
        for (var i = 0; i < words.Count; i++)
        {
            // The policy ends the entry on a line of its own, where people look for it.
            var breaks = column + 1 + words[i].Length > Width || i == words.Count - 1;
            text.Append(breaks ? "\n" + Indent : " ").Append(words[i]);
            column = (breaks ? Indent.Length : column + 1) + words[i].Length;
        }

        text.Append('\n');
    }

    private static string Shown(string sender, IReadOnlyDictionary<string, string>? comments) =>
        comments?.GetValueOrDefault(sender) is { } comment ? $"{sender} {Bracketed(comment)}" : sender;

    // Only where it could be misread is anything escaped.
    private static string Bracketed(string comment) => comment.Contains('\\', StringComparison.Ordinal) || !IsBalanced(comment)
        ? $"({comment.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("(", "\\(", StringComparison.Ordinal)
            .Replace(")", "\\)", StringComparison.Ordinal)})"
        : $"({comment})";

    private static bool IsBalanced(string comment)
    {
        var depth = 0;
        foreach (var c in comment)
        {
            depth += c switch { '(' => 1, ')' => -1, _ => 0 };
            if (depth < 0) return false;
        }

        return depth == 0;
    }
}

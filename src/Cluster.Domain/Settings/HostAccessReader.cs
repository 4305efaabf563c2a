using System.Text;
using System.Text.RegularExpressions;
using Cluster.Contracts.Json;
using Cluster.Contracts.Settings;

namespace Cluster.Domain.Settings;

/// <summary>
/// Reads a host access table line by line. It goes on after an error, so that all of them are told; a text that is too large or
/// too wrong is read no further.
/// </summary>
internal sealed partial class HostAccessReader
{
    private const int MaximumErrors = 100;
    private const string Example = "Write it as 'PARTNERS: .partner.example, 10.1.0.0/16 $required (comment)'.";

    private readonly List<Entry> groups = [];
    private readonly List<FieldError> errors = [];
    private readonly List<string> remarks = [];
    private Entry? open;
    private Entry? rest;
    private bool inDefinition;
    private int senders;

    public HostAccessTable Read(string text)
    {
        var number = 0;
        foreach (var range in text.AsSpan().Split('\n'))
        {
            number++;
            ReadLine(text[range].TrimEnd('\r'), number);
            if (IsTooMuch(number)) break;
        }

        if (open is not null) Unfinished(open);
        if (remarks.Count > 0 && rest is not null) rest.Remarks.AddRange(remarks);
        else if (remarks.Count > 0 && groups.Count > 0) groups[^1].Remarks.AddRange(remarks);
        var read = groups.Select(g => g.ToGroup()).ToList();
        CheckRules(read);
        var table = rest?.Policy is { } policy ? new HostAccessDefault(policy, rest.Comment) : null;
        return new HostAccessTable(read, table, errors);
    }

    private void ReadLine(string line, int number)
    {
        if (line.Any(c => char.IsControl(c) && c != '\t'))
        {
            Wrong(number, FieldErrorCodes.Text, "There is a control character; the text has only lines and tabs.");
            return;
        }

        var content = line.TrimStart(' ', '\t');
        if (content.Length == 0 || SkipsDefinition(line, content)) return;
        if (content[0] == HostAccessText.Mark)
        {
            var remark = content[1..];
            (open?.Remarks ?? remarks).Add(remark.StartsWith(' ') ? remark[1..] : remark);
            return;
        }

        var at = line.Length - content.Length;
        if (at == 0 && HeadOf(line) is { } head) at = Begin(head, number);
        else if (open is null && !IsDefinition(line, number))
            Wrong(number, FieldErrorCodes.Value, $"An entry begins with the name of its group and a colon. {Example}");
        if (open is not null) ReadWords(line, at, number);
    }

    // A head is one only where no entry waits for its senders: of what is not finished, the next head says so.
    private static Match? HeadOf(string line) => Head().Match(line) is { Success: true } match ? match : null;

    private int Begin(Match head, int number)
    {
        if (open is not null) Unfinished(open);
        var name = head.Groups["name"].Value;
        open = new Entry(name.Length > 0 ? name : null, number);
        open.Remarks.AddRange(remarks);
        remarks.Clear();
        if (rest is not null)
            Wrong(number, FieldErrorCodes.AllNotLast, "'ALL' holds for everybody, so that it stands last; move this entry before it.");
        if (open.Name is null) rest = open;
        else groups.Add(open);
        return head.Length;
    }

    private bool IsDefinition(string line, int number)
    {
        if (!line.StartsWith(HostAccessText.PolicyMark)) return false;
        inDefinition = true;
        Wrong(
            number,
            FieldErrorCodes.NotHere,
            $"'{line.Split(' ', '\t')[0]}' is defined here. Mail flow policies are objects of their own (mail-flow-policies): make "
                + "them there, and leave their definitions out of this text.");
        return true;
    }

    // The definition of a policy goes on over indented lines and the line that closes it.
    private bool SkipsDefinition(string line, string content)
    {
        if (inDefinition && content[0] != HostAccessText.Mark && (line.Length > content.Length || content[0] == '}')) return true;
        inDefinition = false;
        return false;
    }

    private void ReadWords(string line, int at, int number)
    {
        while (at < line.Length && open is { } entry)
        {
            switch (line[at])
            {
                case ' ' or '\t' or ',': at++; break;
                case '(': at = ReadComment(line, at, number, entry); break;
                case HostAccessText.PolicyMark: at = ReadPolicy(line, at, number, entry); break;
                default: at = ReadSender(line, at, number, entry); break;
            }
        }
    }

    private int ReadSender(string line, int at, int number, Entry entry)
    {
        var end = at;
        for (var inBrackets = false; end < line.Length && (inBrackets || line[end] is not (' ' or '\t' or ',' or '(' or '$')); end++)
            inBrackets = line[end] == '[' || (inBrackets && line[end] != ']');
        senders++;
        if (entry.Name is null)
            Wrong(
                number,
                FieldErrorCodes.Value,
                "'ALL' names no senders: what stands there holds for everybody. Begin a group with 'NAME:'.");
        else entry.Senders.Add((line[at..end], number));
        return end;
    }

    private int ReadPolicy(string line, int at, int number, Entry entry)
    {
        var end = at + 1;
        while (end < line.Length && line[end] is not (' ' or '\t' or ',' or '(')) end++;

        // Names of policies are in lower case here; AsyncOS writes its own in upper case.
        entry.Policy = line[(at + 1)..end].ToLowerInvariant();
        entry.PolicyLine = number;
        open = null;
        at = end;
        while (at < line.Length && line[at] is ' ' or '\t') at++;
        if (at < line.Length && line[at] == '(') at = ReadComment(line, at, number, entry);
        if (line[at..].Trim(' ', '\t').Length > 0)
            Wrong(number, FieldErrorCodes.Value, "The policy and its comment end an entry; begin the next one on a line of its own.");
        return line.Length;
    }

    private int ReadComment(string line, int at, int number, Entry entry)
    {
        var text = new StringBuilder();
        var depth = 0;
        for (var i = at; i < line.Length; i++)
        {
            var escaped = line[i] == '\\' && i + 1 < line.Length && line[i + 1] is '\\' or '(' or ')';
            if (line[i] == '\\' && escaped)
            {
                text.Append(line[++i]);
                continue;
            }

            depth += line[i] switch { '(' => 1, ')' => -1, _ => 0 };
            if (depth == 0)
            {
                Take(text.ToString(), number, entry);
                return i + 1;
            }

            if (i > at) text.Append(line[i]);
        }

        Wrong(number, FieldErrorCodes.Value, "A comment in parentheses is not closed; it ends with ')' on its own line.");
        return line.Length;
    }

    private void Take(string comment, int number, Entry entry)
    {
        if (comment.Length == 0) return;
        if (entry.Policy is not null) entry.Last = comment;
        else if (entry.Senders.Count == 0)
            Wrong(number, FieldErrorCodes.Value, "A comment stands before the first sender; it stands behind a sender or the policy.");
        else if (!entry.SenderComments.TryAdd(entry.Senders[^1].Text, comment))
            Wrong(number, FieldErrorCodes.Duplicate, $"The sender '{entry.Senders[^1].Text}' has more than one comment; keep one.");
    }

    private void Unfinished(Entry entry)
    {
        open = null;
        Wrong(
            entry.Line,
            FieldErrorCodes.Required,
            $"'{entry.Name ?? HostAccessText.Everybody}' names no mail flow policy; it ends with one, as '$accept'.");
    }

    private bool IsTooMuch(int number)
    {
        if (senders > SenderGroupRules.MaximumSenders || groups.Count > SenderGroupRules.MaximumGroups)
        {
            Wrong(
                number,
                FieldErrorCodes.TooMany,
                $"A listener has at most {SenderGroupRules.MaximumGroups} sender groups and {SenderGroupRules.MaximumSenders} senders; "
                    + "the text was read no further.");
            open = null;
            return true;
        }

        if (errors.Count < MaximumErrors) return false;
        Wrong(number, FieldErrorCodes.TooMany, "There are too many errors; the text was read no further.");
        open = null;
        return true;
    }

    private void CheckRules(List<SenderGroup> read)
    {
        foreach (var error in SenderGroupRules.Check(read).Where(e => !IsTold(e.Pointer)).Take(MaximumErrors))
            errors.Add(LineOf(error.Pointer) is { } line ? error with { Detail = $"Line {line}: {error.Detail}" } : error);

        if (rest is null) return;
        foreach (var error in FieldRules.Reference(rest.Policy, "/defaultPolicy")
            .Concat(SenderGroupRules.Comment(rest.Comment, "/defaultPolicyComment", mayBreak: true)))
            errors.Add(error with { Detail = $"Line {rest.PolicyLine}: {error.Detail}" });
    }

    // That an entry has no policy was said where it ended.
    private bool IsTold(string pointer) => pointer.EndsWith("/policy", StringComparison.Ordinal) && EntryOf(pointer) is { Policy: null };

    private Entry? EntryOf(string pointer) =>
        pointer.Split('/') is [_, _, var step, ..] && int.TryParse(step, out var group) && group < groups.Count ? groups[group] : null;

    // /senderGroups/3/senders/5 → the line of that sender.
    private int? LineOf(string pointer)
    {
        var entry = EntryOf(pointer);
        if (pointer.Split('/') is not [_, _, _, var member, .. var below]) return entry?.Line;
        if (member == "policy") return entry?.PolicyLine;
        return member == "senders" && below is [var step] && int.TryParse(step, out var sender) && sender < entry?.Senders.Count
            ? entry.Senders[sender].Line
            : entry?.Line;
    }

    private void Wrong(int line, string code, string detail) => errors.Add(new FieldError("", code, $"Line {line}: {detail}"));

    [GeneratedRegex("^(?:(?<name>[A-Za-z0-9][A-Za-z0-9._-]*):(?=[ \\t]|\\z)|ALL(?=[ \\t$]|\\z))", RegexOptions.CultureInvariant)]
    private static partial Regex Head();

    /// <summary>An entry while it is read.</summary>
    private sealed class Entry(string? name, int line)
    {
        public string? Name { get; } = name;

        public int Line { get; } = line;

        public List<string> Remarks { get; } = [];

        public List<(string Text, int Line)> Senders { get; } = [];

        public Dictionary<string, string> SenderComments { get; } = new(StringComparer.Ordinal);

        public string? Policy { get; set; }

        public int PolicyLine { get; set; } = line;

        public string? Last { get; set; }

        public string? Comment
        {
            get
            {
                List<string> lines = Last is null ? Remarks : [.. Remarks, Last];
                return lines.Count == 0 ? null : string.Join('\n', lines);
            }
        }

        public SenderGroup ToGroup() => new()
        {
            Name = Name ?? "",
            Senders = [.. Senders.Select(s => s.Text)],
            Policy = Policy ?? "",
            Comment = Comment,
            SenderComments = SenderComments.Count == 0 ? null : SenderComments,
        };
    }
}

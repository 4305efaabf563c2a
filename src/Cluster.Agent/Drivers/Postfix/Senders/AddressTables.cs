using System.Text;
using System.Text.RegularExpressions;
using Cluster.Pki.Names;

namespace Cluster.Agent.Drivers.Postfix.Senders;

/// <summary>
/// The tables by which Postfix finds out whether an envelope sender is on an address list: whole addresses and users as keys, domains as
/// patterns, so that it plays no role what <c>parent_domain_matches_subdomains</c> says. Internationalised domains stand there in both
/// forms. Postfix compares users without regard to case.
/// </summary>
/// <param name="Keys">Text of the <c>texthash:</c> table.</param>
/// <param name="Patterns">Text of the <c>regexp:</c> table.</param>
internal sealed partial record AddressTables(string Keys, string Patterns)
{
    private const string Answer = "reject_plaintext_session";

    /// <summary>Renders a list.</summary>
    public static AddressTables Of(IReadOnlyList<string> addresses)
    {
        var keys = new SortedSet<string>(StringComparer.Ordinal);
        var patterns = new StringBuilder();
        foreach (var address in addresses)
        {
            var at = address.LastIndexOf('@') + 1;
            var (user, domain) = (address[..at], address[at..]);
            var isUnder = domain.StartsWith('.');
            foreach (var form in FormsOf(isUnder ? domain[1..] : domain))
            {
                if (PlainUser().IsMatch(user)) keys.Add((user + form).ToLowerInvariant());
                else patterns.Append(PatternOf(user, form, isUnder)).Append(' ').Append(Answer).Append('\n');
            }
        }

        return new AddressTables(string.Concat(keys.Select(k => $"{k} {Answer}\n")), patterns.ToString());
    }

    private static IEnumerable<string> FormsOf(string domain)
    {
        if (!DnsNames.TryNormalise(domain, out var ascii)) return [domain];
        var unicode = DnsNames.ToUnicode(ascii);
        return unicode is null ? [ascii] : [ascii, unicode];
    }

    private static string PatternOf(string user, string domain, bool isUnder)
    {
        var anybody = isUnder ? @"@.*\." : "@";
        var before = user.Length > 1 ? "^" + Escaped(user) : anybody;
        return $"/{before}{Escaped(domain)}{(domain.Length > 0 ? "$" : "")}/";
    }

    private static string Escaped(string text)
    {
        var escaped = new StringBuilder();
        foreach (var c in text)
        {
            // In brackets everything but these stands for itself.
            if (char.IsAsciiLetterOrDigit(c) || c is '@' or '-' or '_' || !char.IsAscii(c)) escaped.Append(c);
            else if (c is '^' or '/' or '\\') escaped.Append('\\').Append(c);
            else escaped.Append('[').Append(c).Append(']');
        }

        return escaped.ToString();
    }

    // What a key of a texthash table can hold beyond doubt.
    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._+=-]*@\z", RegexOptions.CultureInvariant)]
    private static partial Regex PlainUser();
}

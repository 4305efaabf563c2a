using System.Globalization;
using Cluster.Agent.Drivers.Processes;

namespace Cluster.Agent.Drivers.LdapClient;

/// <summary>What a run of ldapwhoami shows of a server. Only what the program itself says counts: it may not have been started.</summary>
internal enum LdapOutcome
{
    /// <summary>Nothing: the program did not run, or did not say what came of it.</summary>
    None,

    /// <summary>The server answered, over TLS.</summary>
    Answered,

    /// <summary>libldap itself gave up: no connection, or no TLS that both sides take.</summary>
    Failed,
}

/// <summary>Reads <see cref="LdapOutcome"/> out of exit code and text.</summary>
internal static class LdapResults
{
    // The tools of libldap end with a negative number, of which the low byte is left, when it gave up itself.
    private const int FirstOwnError = 128;

    /// <summary>What exit code and text of one run say.</summary>
    public static LdapOutcome Of(ProcessResult result)
    {
        if (result.TimedOut) return LdapOutcome.Failed;
        if (result.Succeeded) return result.Output.Trim().Length > 0 ? LdapOutcome.Answered : LdapOutcome.None;
        if (result.ExitCode >= FirstOwnError)
            return Codes(result.Error, "ldap_").Any(c => c < 0) ? LdapOutcome.Failed : LdapOutcome.None;

        // A refused bind ends with the server's code; a refused "who am I" with 1 and a line about its result.
        var refused = Codes(result.Error, "ldap_").Contains(result.ExitCode) || Codes(result.Output, "Result: ").Any(c => c > 0);
        return refused && result.ExitCode > 0 ? LdapOutcome.Answered : LdapOutcome.None;
    }

    // As in "ldap_sasl_bind(SIMPLE): Can't contact LDAP server (-1)".
    private static IEnumerable<int> Codes(string text, string start)
    {
        foreach (var line in text.Split('\n').Select(l => l.Trim()).Where(l => l.StartsWith(start, StringComparison.Ordinal)))
        {
            if (!line.EndsWith(')')) continue;
            var number = line[(line.LastIndexOf('(') + 1)..^1];
            if (int.TryParse(number, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var code)) yield return code;
        }
    }
}

using System.Globalization;
using System.Text;
using Cluster.Pki.Names;

namespace Cluster.Verification.Published;

/// <summary>An MTA-STS policy (RFC 8461, 3.2): what a domain asks of those who send mail to it.</summary>
/// <param name="Mode">What it asks for.</param>
/// <param name="MaxAge">How long it counts from when it was fetched; at most about a year.</param>
/// <param name="Hosts">Names of hosts that may take its mail, <c>*.</c> before one for any single label; empty with mode none.</param>
public sealed record MtaStsPolicy(MtaStsMode Mode, TimeSpan MaxAge, IReadOnlyList<string> Hosts)
{
    /// <summary>The longest policy that is read, in bytes (RFC 8461, 3.3, advises such a limit).</summary>
    public const int MostBytes = 64 * 1024;

    private const int MostHosts = 200;
    private const int MostDigits = 10;
    private const int LongestAgeSeconds = 31_557_600;

    /// <summary>The longest that a policy can count (RFC 8461, 3.2): a year.</summary>
    public static TimeSpan LongestAge { get; } = TimeSpan.FromSeconds(LongestAgeSeconds);

    /// <summary>Reads one.</summary>
    /// <param name="body">The body of the answer.</param>
    public static MtaStsPolicyRead Read(ReadOnlySpan<byte> body)
    {
        if (body.Length > MostBytes) return new MtaStsPolicyRead(null, $"it is longer than {MostBytes} bytes");
        var fields = Fields(Encoding.UTF8.GetString(body));

        // RFC 8461, 3.2: of a field that may stand once, the first counts; others than these are for later versions.
        string? First(string key) => fields.FirstOrDefault(f => f.Key == key).Value;
        if (First("version") != "STSv1") return new MtaStsPolicyRead(null, "it does not say version: STSv1");
        MtaStsMode? mode = First("mode") switch
        {
            "none" => MtaStsMode.None,
            "testing" => MtaStsMode.Testing,
            "enforce" => MtaStsMode.Enforce,
            _ => null,
        };
        if (mode is not { } known) return new MtaStsPolicyRead(null, "its mode is none of none, testing and enforce");
        if (AgeOf(First("max_age")) is not { } age) return new MtaStsPolicyRead(null, "its max_age is no number of seconds up to a year");
        string[] hosts = [.. fields.Where(f => f.Key == "mx").Select(f => Pattern(f.Value)).OfType<string>().Distinct().Take(MostHosts)];
        return hosts.Length == 0 && known != MtaStsMode.None
            ? new MtaStsPolicyRead(null, "it names no host")
            : new MtaStsPolicyRead(new MtaStsPolicy(known, age, hosts), "");
    }

    private static List<KeyValuePair<string, string>> Fields(string text)
    {
        var fields = new List<KeyValuePair<string, string>>();
        foreach (var line in text.Split('\n'))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0) fields.Add(KeyValuePair.Create(line[..colon].Trim(' ', '\t'), line[(colon + 1)..].Trim(' ', '\t', '\r')));
        }

        return fields;
    }

    private static TimeSpan? AgeOf(string? text) =>
        text is { Length: > 0 and <= MostDigits } && text.All(char.IsAsciiDigit)
        && long.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture) is var seconds and <= LongestAgeSeconds
            ? TimeSpan.FromSeconds(seconds)
            : null;

    private static string? Pattern(string value)
    {
        var any = value.StartsWith("*.", StringComparison.Ordinal);
        if (!DnsNames.TryNormalise(any ? value[2..] : value, out var name)) return null;
        return any ? "*." + name : name;
    }
}

/// <summary>What an MTA-STS policy asks for.</summary>
public enum MtaStsMode
{
    /// <summary>Nothing: the domain has no policy any more.</summary>
    None,

    /// <summary>Reports; mail is delivered all the same.</summary>
    Testing,

    /// <summary>TLS with a certificate that can be verified; else mail is held back.</summary>
    Enforce,
}

/// <summary>A policy, or what is wrong with it.</summary>
/// <param name="Policy">The policy; null = there is none to go by.</param>
/// <param name="Problem">What is wrong, for people; empty = nothing.</param>
public sealed record MtaStsPolicyRead(MtaStsPolicy? Policy, string Problem);

using System.Net;
using System.Text;
using Cluster.Agent.Drivers.Generations;
using Cluster.Verification.Dns;

namespace Cluster.Agent.Drivers.Postfix.Routes;

/// <summary>
/// Finds out whether the resolvers that smtp(8) asks validate DNSSEC. Without that DANE means nothing: every domain looks as if it
/// published no keys, and mail goes as with <c>may</c>. Postfix itself only logs a warning.
/// </summary>
internal static class ResolverReader
{
    /// <summary>Where the system's resolver finds the addresses.</summary>
    public const string SystemFile = "/etc/resolv.conf";

    private const int Port = 53;
    private const int MostServers = 3;
    private const int MostNames = 5;
    private static readonly DnssecQuestion Root = new(".", DnssecQuestion.NameServers);

    /// <summary>Where a process that is locked into the queue finds them.</summary>
    public static string FileInChroot(string queueDirectory) => Path.Combine(queueDirectory, SystemFile[1..]);

    /// <summary>Asks each resolver of a file.</summary>
    /// <param name="file">In the form of resolv.conf(5).</param>
    /// <param name="probe">dnssec_probe of Postfix, <c>type:name</c>; null or empty = the name servers of the root.</param>
    /// <param name="domains">Domains that shall have DANE: one of them that is signed will do as well.</param>
    /// <param name="needsTrust">Whether this Postfix hears of validation only when the file says <c>options trust-ad</c>.</param>
    /// <param name="ct">Stops it.</param>
    /// <returns>What stands against DANE; null = the resolvers validate.</returns>
    public static async Task<ResolverFault?> ReadAsync(
        string file, string? probe, IEnumerable<string> domains, bool needsTrust, CancellationToken ct)
    {
        var lines = Lines(file);
        if (needsTrust && !lines.Any(IsTrusting))
        {
            return new ResolverFault(
                $"{file} lacks `options trust-ad`, without which the C library keeps from this version of Postfix that answers are "
                    + "validated. Add it");
        }

        DnssecQuestion[] questions =
        [
            Parse(probe) ?? Root,
            .. domains.Take(MostNames).Select(d => new DnssecQuestion(d, DnssecQuestion.MailHosts)),
        ];
        var servers = Servers(lines);
        var answers = await Task.WhenAll(servers.Select(s => AskAsync(s, questions, ct)));
        if (answers.All(a => a == DnssecVerdict.None))
        {
            return new ResolverFault(
                $"none of the resolvers {string.Join(", ", servers.Select(s => s.Address))} ({file}) answers, so that nothing shows "
                    + "whether DNSSEC is validated. It is tried again")
            {
                IsSilence = true,
            };
        }

        // The system goes on to the next resolver by itself: each that answers must validate.
        var at = Array.IndexOf(answers, DnssecVerdict.NotValidated);
        return at < 0
            ? null
            : new ResolverFault(
                $"the resolver {servers[at].Address} ({file}) does not validate DNSSEC, so that Postfix would never see a key that is "
                    + "published. Name one that validates, as unbound on this host");
    }

    private static async Task<DnssecVerdict> AskAsync(IPEndPoint server, DnssecQuestion[] questions, CancellationToken ct)
    {
        var answers = await Task.WhenAll(questions.Select(q => q.AskAsync(server, ct)));
        return answers.Max();
    }

    /// <summary>The resolvers that a file names; without any the host itself.</summary>
    /// <param name="file">In the form of resolv.conf(5).</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static IReadOnlyList<IPEndPoint> ServersOf(string file) => Servers(Lines(file));

    private static string[] Lines(string file) => File.Exists(file) ? Encoding.UTF8.GetString(HostFile.Read(file)).Split('\n') : [];

    // resolv.conf(5): the first three count, and without any the host itself is asked.
    private static IPEndPoint[] Servers(IEnumerable<string> lines)
    {
        IPEndPoint[] named =
        [
            .. lines.Select(l => l.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
                .Where(w => w is ["nameserver", _, ..] && IPAddress.TryParse(w[1], out _))
                .Select(w => new IPEndPoint(IPAddress.Parse(w[1]), Port))
                .Take(MostServers),
        ];
        return named.Length > 0 ? named : [new IPEndPoint(IPAddress.Loopback, Port)];
    }

    private static bool IsTrusting(string line) =>
        line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is ["options", .. var options] && options.Contains("trust-ad");

    private static DnssecQuestion? Parse(string? probe)
    {
        if (probe?.Split(':', 2) is not [var type, { Length: > 0 } name]) return null;
        return type.Trim().ToLowerInvariant() switch
        {
            "ns" => new DnssecQuestion(name.Trim(), DnssecQuestion.NameServers),
            "mx" => new DnssecQuestion(name.Trim(), DnssecQuestion.MailHosts),
            _ => null,
        };
    }
}

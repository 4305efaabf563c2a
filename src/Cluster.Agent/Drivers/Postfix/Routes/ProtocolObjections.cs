using Cluster.Agent.Drivers.Postfix.Control;
using Cluster.Agent.Drivers.Postfix.Files;
using Cluster.Agent.Drivers.Postfix.Rendering;
using Cluster.Agent.Drivers.Protocols;
using Cluster.Contracts.Settings;

namespace Cluster.Agent.Drivers.Postfix.Routes;

/// <summary>
/// Finds what the administrator says of TLS versions and ciphers for single transports and next hops, which counts more than main.cf, and
/// what else would be given the ciphers of mail that leaves.
/// </summary>
internal sealed class ProtocolObjections(PostfixCommands commands, string directory)
{
    private const string OtherMaps = "lmtp_tls_policy_maps";

    // By these the TLS library of one process has rules of its own.
    private static readonly string[] OfLibrary = ["tls_config_file", "tls_config_name", "tls_ssl_options"];

    private static readonly string[] OtherGrades =
    [
        "smtpd_tls_ciphers", "smtpd_tls_mandatory_ciphers", "lmtp_tls_ciphers", "lmtp_tls_mandatory_ciphers", "tlsproxy_tls_ciphers",
        "tlsproxy_tls_mandatory_ciphers",
    ];

    /// <summary>What stands against a block for all mail that leaves; null = nothing.</summary>
    public async Task<string?> FindAsync(LiveFiles live, TlsProtocolBlock block, CancellationToken ct)
    {
        var namesCiphers = ProtocolText.Ciphers(block, ofTls13: false).Length > 0;
        var entries = live.Master.WithoutOurs().Entries.ToList();
        if (Option(entries, namesCiphers) is { } option) return option;
        string[] names = [TransportOptions.PolicyMaps, OtherMaps, .. OtherGrades];
        var parameters = await commands.ParametersAsync(directory, names, expand: true, ct);
        string[] attributes = namesCiphers ? ["protocols=", "ciphers=", "exclude="] : ["protocols="];
        var maps = MapsOf(TransportOptions.PolicyMaps, parameters, entries)
            .Where(m => !m.StartsWith($"texthash:{Path.Combine(directory, "cluster")}/", StringComparison.Ordinal));
        foreach (var map in maps)
        {
            if (await AgainstAsync(TransportOptions.PolicyMaps, map, attributes, ct) is { } against) return against;
        }

        return namesCiphers ? await OtherUseAsync(live, parameters, entries, ct) : null;
    }

    private static string? Option(IReadOnlyList<MasterEntry> entries, bool namesCiphers)
    {
        string[] ciphers =
            namesCiphers ? [.. ProtocolParameters.Grades, .. ProtocolParameters.Exclusions, ProtocolParameters.OwnList] : [];
        string[] names = [.. ProtocolParameters.OfClient, .. ciphers, .. OfLibrary];
        return entries.Where(IsClient).Select(e => Own(e, names)).FirstOrDefault(o => o is not null)
            ?? entries.Where(e => CommandOf(e) == "tlsproxy")
                .Select(e => Own(e, [ProtocolParameters.OwnList, .. OfLibrary]))
                .FirstOrDefault(o => o is not null);
    }

    // Connections that are used again (smtp_tls_connection_reuse) have their TLS in tlsproxy(8).
    private static bool IsClient(MasterEntry entry) => entry.Type == "unix" && CommandOf(entry) == "smtp";

    private static string CommandOf(MasterEntry entry) => Path.GetFileName(entry.Command);

    private static string? Own(MasterEntry entry, IEnumerable<string> names)
    {
        if (names.FirstOrDefault(n => entry.Option(n) is not null) is not { } own) return null;
        return $"The transport {entry.Service} in master.cf has -o {own}={entry.Option(own)}, which counts more than main.cf. Remove it.";
    }

    private static IEnumerable<string> MapsOf(
        string parameter, IReadOnlyDictionary<string, string> parameters, IEnumerable<MasterEntry> entries) =>
        Words.Of(parameters.GetValueOrDefault(parameter))
            .Concat(entries.SelectMany(e => Words.Of(e.Option(parameter))))
            .Distinct(StringComparer.Ordinal);

    private async Task<string?> AgainstAsync(string parameter, string map, IReadOnlyList<string> attributes, CancellationToken ct)
    {
        var opened = map.StartsWith("proxy:", StringComparison.Ordinal) ? map["proxy:".Length..] : map;
        var rows = opened.Contains('$', StringComparison.Ordinal) ? null : await commands.ListAsync(directory, opened, ct);
        if (rows is null)
            return $"The map {map} of {parameter} cannot be listed, so that nothing shows whether it names versions or ciphers for some "
                + "next hop. Use a type that can be listed (lmdb, hash, texthash, inline).";
        foreach (var (nextHop, policy) in rows)
        {
            if (attributes.FirstOrDefault(a => Words.Of(policy).Any(w => w.StartsWith(a, StringComparison.OrdinalIgnoreCase))) is { } own)
                return $"The map {map} of {parameter} has \"{policy}\" for {nextHop}, which counts more than main.cf. Take {own} out "
                    + "there.";
        }

        return null;
    }

    // The grade that mail that leaves is given must be nobody else's: others would get its ciphers, too.
    private async Task<string?> OtherUseAsync(
        LiveFiles live, IReadOnlyDictionary<string, string> parameters, IReadOnlyList<MasterEntry> entries, CancellationToken ct)
    {
        const string Grade = ProtocolParameters.OwnGrade;
        const string List = ProtocolParameters.OwnList;
        if (live.Administrator.Find(List) is { } theirs)
            return $"main.cf has {List} = {theirs}, a list of your own that would be replaced. Remove it.";
        var options = await commands.OptionsAsync(directory, ct);
        var users = OtherGrades.Select(n => (Where: "main.cf", Name: n, Value: parameters.GetValueOrDefault(n)))
            .Concat(options.SelectMany(s => OtherGrades.Select(
                n => (Where: $"{s.Key} in master.cf", Name: n, Value: s.Value.GetValueOrDefault(n)))));
        var user = users.FirstOrDefault(u => string.Equals(u.Value, Grade, StringComparison.OrdinalIgnoreCase));
        if (user.Name is not null)
            return $"{user.Where} has {user.Name} = {Grade}: it would be given the ciphers of mail that leaves as well. Use another grade.";
        foreach (var map in MapsOf(OtherMaps, parameters, entries))
        {
            if (await AgainstAsync(OtherMaps, map, ["ciphers=" + Grade], ct) is { } against) return against;
        }

        return null;
    }
}

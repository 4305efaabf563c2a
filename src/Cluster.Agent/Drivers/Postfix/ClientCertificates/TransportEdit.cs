using Cluster.Agent.Drivers.Postfix.Files;

namespace Cluster.Agent.Drivers.Postfix.ClientCertificates;

/// <summary>Brings transports of ours into master.cf: copies of the administrator's entries, each with one option more.</summary>
internal static class TransportEdit
{
    /// <summary>The parameter that a copy has an option for.</summary>
    public const string ChainFiles = "smtp_tls_chain_files";

    /// <summary>Whether an entry is a transport of ours, also a damaged one.</summary>
    public static bool IsOurs(MasterEntry entry) =>
        entry.Type == "unix" && entry.Service.StartsWith(PostfixNames.Prefix, StringComparison.Ordinal);

    /// <summary>The file with exactly these transports of ours, as their originals are now; the same when they stand there.</summary>
    /// <param name="current">The file.</param>
    /// <param name="bases">Name of each, with that of the administrator's entry.</param>
    public static MasterCf Make(MasterCf current, IReadOnlyDictionary<string, string> bases)
    {
        var entries = current.Entries.Where(e => e.Type == "unix").ToLookup(e => e.Service, StringComparer.Ordinal);

        // The last entry of a name counts. One whose original is gone is shown by what is missing.
        var wanted = bases.Where(b => entries[b.Value].Any())
            .OrderBy(b => b.Key, StringComparer.Ordinal)
            .Select(b => Copy(b.Key, entries[b.Value].Last()))
            .ToList();
        var there = current.Entries.Where(IsOurs).Select(e => e.Raw).ToList();
        if (there.SequenceEqual(wanted, StringComparer.Ordinal)) return current;
        return wanted.Aggregate(current.WithoutTransports(), (master, raw) => master.WithRaw(MasterCf.Heading + raw));
    }

    private static string Copy(string name, MasterEntry original) =>
        $"{name}{LogicalLines.Ended(original.Raw[original.Service.Length..])}  -o {ChainFiles}=${OwnTransport.ParameterOf(name)}\n";
}

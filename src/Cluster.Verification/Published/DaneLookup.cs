using System.Globalization;
using Cluster.Pki.Names;
using Cluster.Verification.Dns;
using DnsClient;
using DnsClient.Protocol;

namespace Cluster.Verification.Published;

/// <summary>
/// Finds out whether a domain publishes keys for the hosts that take its mail (TLSA records, RFC 7672). That nobody vouches for an answer
/// says something of the domain only where the resolvers are seen to validate others.
/// </summary>
internal sealed class DaneLookup(RecordLookup records, ResolverCheck resolvers)
{
    /// <summary>Hosts of a domain that are looked at: the most preferred. Whoever owns the domain decides how many there are.</summary>
    public const int MostHosts = 8;

    private const int SmtpPort = 25;
    private const int Sha256Length = 32;
    private const int Sha512Length = 64;

    /// <summary>Asks for the MX records and, where those are validated, for the keys of the hosts that they name.</summary>
    /// <param name="domain">A-labels.</param>
    /// <param name="ct">Stops it.</param>
    public async Task<DaneSeen> QueryAsync(string domain, CancellationToken ct)
    {
        var found = await new MxLookup(records).QueryAsync(domain, ct);
        if (found.State == MxState.Unknown) return DaneSeen.Unknown;

        // RFC 7672, 2.2.1: where nobody vouches for the MX records, keys of the hosts that they name say nothing of the domain.
        if (!found.Validated) return await ValidatesAsync(ct) ? DaneSeen.Nothing : DaneSeen.Unvouched;
        if (found.State == MxState.NoDomain) return DaneSeen.Nothing;
        string[] hosts = found.State == MxState.NoRecords ? [domain] : [.. found.Hosts.Where(h => h.Length > 0)];
        var looks = new List<(string Host, KeysState Keys)>();
        foreach (var host in hosts.Take(MostHosts)) looks.Add((host, await KeysAsync(host, ct)));
        string[] having = [.. looks.Where(l => l.Keys == KeysState.Usable).Select(l => l.Host)];
        if (having.Length == 0 && looks.Any(l => l.Keys == KeysState.Unvouched)) return DaneSeen.Unvouched;
        if (having.Length == 0) return looks.Any(l => l.Keys == KeysState.Unknown) ? DaneSeen.Unknown : DaneSeen.Nothing;
        return new DaneSeen(PublishedState.Published, having, Everywhere: having.Length == hosts.Length + found.More);
    }

    private async Task<KeysState> KeysAsync(string host, CancellationToken ct)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"_{SmtpPort}._tcp.{host}");
        var found = await records.QueryAsync(name, QueryType.TLSA, ct);
        if (found.State == RecordsState.Unknown) return KeysState.Unknown;
        if (!found.Validated) return await ValidatesAsync(ct) ? KeysState.None : KeysState.Unvouched;
        return found.Records.OfType<TlsaRecord>().Any(IsUsable) ? KeysState.Usable : KeysState.None;
    }

    private async Task<bool> ValidatesAsync(CancellationToken ct) => await resolvers.AskAsync(ct) == DnssecVerdict.Validated;

    // RFC 7672, 3.1: authorities of the web (PKIX) do not count for mail; a hash of the wrong length can match nothing.
    private static bool IsUsable(TlsaRecord record) =>
        record.CertificateUsage is TlsaCertificateUsage.DANETA or TlsaCertificateUsage.DANEEE
        && record.Selector is TlsaSelector.FullCertificate or TlsaSelector.PublicKey
        && record.MatchingType switch
        {
            TlsaMatchingType.SHA256 => record.CertificateAssociationData.Count == Sha256Length,
            TlsaMatchingType.SHA512 => record.CertificateAssociationData.Count == Sha512Length,
            TlsaMatchingType.ExactMatch => record.CertificateAssociationData.Count > 0,
            _ => false,
        };

    private enum KeysState
    {
        None,
        Unknown,
        Unvouched,
        Usable,
    }
}

/// <summary>What was found of the keys that a domain publishes.</summary>
/// <param name="State">Which of the cases.</param>
/// <param name="Hosts">Hosts with usable keys, most preferred first.</param>
/// <param name="Everywhere">Whether every host of the domain has some.</param>
public sealed record DaneSeen(PublishedState State, IReadOnlyList<string> Hosts, bool Everywhere)
{
    /// <summary>Why it is not known; empty = it is, or nobody answered.</summary>
    public string Problem { get; init; } = "";

    /// <summary>No resolver could tell.</summary>
    public static DaneSeen Unknown { get; } = new(PublishedState.Unknown, [], Everywhere: false);

    /// <summary>There are answers, and no resolver is seen to validate them: they say nothing.</summary>
    public static DaneSeen Unvouched { get; } = Unknown with
    {
        Problem = "not every resolver shows that it validates DNSSEC, so that nothing shows whether there are keys for DANE",
    };

    /// <summary>It publishes none, or its records are not signed.</summary>
    public static DaneSeen Nothing { get; } = new(PublishedState.Nothing, [], Everywhere: false);

    /// <summary>Whether it can be true: whoever told or kept it may be wrong.</summary>
    public bool IsPossible() =>
        Hosts.Count <= DaneLookup.MostHosts && Hosts.All(h => DnsNames.TryNormalise(h, out var name) && name == h);
}

namespace Cluster.Domain.Validation;

/// <summary>What a look-up of a domain's MX records (RFC 5321, 5.1) gave.</summary>
public enum MxOutcome
{
    /// <summary>Hosts take mail for the domain.</summary>
    Hosts,

    /// <summary>There are no MX records; the domain itself is the host.</summary>
    Implicit,

    /// <summary>The domain takes no mail (RFC 7505).</summary>
    Null,

    /// <summary>The domain does not exist.</summary>
    NoDomain,
}

/// <summary>The MX hosts of a domain as they were seen.</summary>
/// <param name="Outcome">What came of it.</param>
/// <param name="Hosts">Normalised names, most preferred first.</param>
/// <param name="CheckedAt">When it was looked up.</param>
/// <param name="More">How many less preferred hosts were left out.</param>
public sealed record MxFacts(MxOutcome Outcome, IReadOnlyList<string> Hosts, DateTimeOffset CheckedAt, int More = 0)
{
    /// <summary>Whether another answer, of whatever time, says the same.</summary>
    public bool SaysTheSame(MxFacts other) =>
        Outcome == other.Outcome && More == other.More && Hosts.SequenceEqual(other.Hosts, StringComparer.Ordinal);
}

/// <summary>Gives what is known of a domain's MX records; nothing is looked up by it.</summary>
/// <param name="domain">Normalised name.</param>
/// <returns>Null when nothing is known.</returns>
public delegate MxFacts? MxRecords(string domain);

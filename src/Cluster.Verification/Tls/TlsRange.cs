using Cluster.Contracts.Settings;

namespace Cluster.Verification.Tls;

/// <summary>Which versions and suites a server shall take, and no others.</summary>
public sealed record TlsRange
{
    /// <summary>The oldest version.</summary>
    public required TlsVersion Minimum { get; init; }

    /// <summary>The newest version.</summary>
    public TlsVersion Maximum { get; init; } = TlsVersion.Tls13;

    /// <summary>
    /// The suites, in the order in which the server prefers them; of a sort (up to TLS 1.2, TLS 1.3) of which none is named, the server
    /// chooses itself.
    /// </summary>
    public IReadOnlyList<CipherSuite> Suites { get; init; } = [];

    /// <summary>Kinds of the certificates that the server has.</summary>
    public KeyKinds KeyKinds { get; init; } = KeyKinds.Any;

    /// <summary>Whether a version shall be taken.</summary>
    public bool Takes(TlsVersion version) => version >= Minimum && version <= Maximum;

    /// <summary>Named suites that can be negotiated with the newest version of their sort; none when the server chooses itself.</summary>
    internal IReadOnlyList<CipherSuite> Named(TlsVersion version) =>
        [.. Suites.Where(s => s.IsTls13 == (version == TlsVersion.Tls13))];

    /// <summary>Of those, the ones that go with the server's certificates.</summary>
    internal IReadOnlyList<CipherSuite> Usable(TlsVersion version) =>
        [.. Named(version).Where(s => s.KeyKind == KeyKinds.Any || KeyKinds == KeyKinds.Any || s.KeyKind == KeyKinds)];

    /// <summary>The newest version of each sort that shall be taken.</summary>
    internal IEnumerable<TlsVersion> NewestOfEachSort()
    {
        if (Minimum <= TlsVersion.Tls12) yield return Maximum < TlsVersion.Tls12 ? Maximum : TlsVersion.Tls12;
        if (Maximum == TlsVersion.Tls13) yield return TlsVersion.Tls13;
    }
}

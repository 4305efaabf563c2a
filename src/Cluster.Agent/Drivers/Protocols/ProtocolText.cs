using Cluster.Contracts.Json;
using Cluster.Contracts.Settings;
using Cluster.Verification.Tls;

namespace Cluster.Agent.Drivers.Protocols;

/// <summary>A block of TLS protocols as a probe asks for it, and its suites by their sort.</summary>
internal static class ProtocolText
{
    /// <summary>The versions of a block, old to new, by the names that TLS libraries give them.</summary>
    public static string Versions(TlsProtocolBlock block) => string.Join(
        ' ', Enum.GetValues<TlsVersion>().Where(v => v >= block.Minimum && v <= (block.Maximum ?? TlsVersion.Tls13)).Select(NameOf));

    /// <summary>The name that TLS libraries give a version, for example <c>TLSv1.2</c>.</summary>
    public static string NameOf(TlsVersion version) => version == TlsVersion.Tls10 ? "TLSv1" : "TLSv" + EnumNames.Of(version)[3..];

    /// <summary>The named suites of one sort, with colons between them; empty = none.</summary>
    public static string Ciphers(TlsProtocolBlock block, bool ofTls13) => string.Join(
        ':', (block.Ciphers ?? []).Where(c => c.StartsWith("TLS_", StringComparison.Ordinal) == ofTls13));

    /// <summary>Suites of a block that have no number here, so that nothing could be proven of them.</summary>
    public static IEnumerable<string> Unknown(TlsProtocolBlock block) =>
        (block.Ciphers ?? []).Where(c => !CipherSuites.ByName.ContainsKey(c));

    /// <summary>What a server with that block takes.</summary>
    /// <param name="block">The block.</param>
    /// <param name="certificates">What it serves; of several kinds of keys, suites of each can be agreed on.</param>
    public static TlsRange Range(TlsProtocolBlock block, IEnumerable<ExpectedCertificate> certificates) =>
        Range(block, certificates.Select(c => c.KeyKind).Distinct().ToList() is [var only] ? only : KeyKinds.Any);

    /// <summary>What a server with that block takes.</summary>
    /// <param name="block">The block.</param>
    /// <param name="keys">Kinds of keys that its certificates have.</param>
    public static TlsRange Range(TlsProtocolBlock block, KeyKinds keys) => new()
    {
        Minimum = block.Minimum,
        Maximum = block.Maximum ?? TlsVersion.Tls13,
        Suites = [.. (block.Ciphers ?? []).Select(c => CipherSuites.ByName.GetValueOrDefault(c)).OfType<CipherSuite>()],
        KeyKinds = keys,
    };
}

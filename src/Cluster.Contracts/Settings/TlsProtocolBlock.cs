using System.Text.Json.Serialization;
using Cluster.Contracts.Json;

namespace Cluster.Contracts.Settings;

/// <summary>Which versions and cipher suites of TLS one use of it takes; the name of the item is that of the block.</summary>
public sealed record TlsProtocolBlock : ISettingsDocument
{
    /// <inheritdoc/>
    public static string Kind => Kinds.TlsProtocols;

    /// <summary>Management interfaces.</summary>
    public const string Https = "https";

    /// <summary>Listeners.</summary>
    public const string SmtpInbound = "smtpInbound";

    /// <summary>Mail that is sent to other hosts.</summary>
    public const string SmtpOutbound = "smtpOutbound";

    /// <summary>Connections to LDAP servers and other services that the host uses.</summary>
    public const string Clients = "clients";

    /// <summary>In the order in which documents and lists show them.</summary>
    public static IReadOnlyList<string> Names { get; } = [Https, SmtpInbound, SmtpOutbound, Clients];

    /// <summary>The oldest version that is taken.</summary>
    public required TlsVersion Minimum { get; init; }

    /// <summary>The newest version that is taken; absent = the newest that the software knows.</summary>
    public TlsVersion? Maximum { get; init; }

    /// <summary>
    /// Cipher suites in order of preference: OpenSSL names up to TLS 1.2, IANA names for TLS 1.3; absent = those of the software. Where
    /// only one of the two sorts is named, the software chooses the other.
    /// </summary>
    public IReadOnlyList<string>? Ciphers { get; init; }
}

/// <summary>A version of TLS, from old to new.</summary>
[JsonConverter(typeof(KebabEnum<TlsVersion>))]
public enum TlsVersion
{
    /// <summary>RFC 2246; deprecated by RFC 8996.</summary>
    [JsonStringEnumMemberName("tls1.0")]
    Tls10,

    /// <summary>RFC 4346; deprecated by RFC 8996.</summary>
    [JsonStringEnumMemberName("tls1.1")]
    Tls11,

    /// <summary>RFC 5246.</summary>
    [JsonStringEnumMemberName("tls1.2")]
    Tls12,

    /// <summary>RFC 8446.</summary>
    [JsonStringEnumMemberName("tls1.3")]
    Tls13,
}

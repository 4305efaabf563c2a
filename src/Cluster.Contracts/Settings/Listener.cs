using System.Text.Json.Serialization;
using Cluster.Contracts.Json;

namespace Cluster.Contracts.Settings;

/// <summary>An SMTP listener: where mail comes in, its certificate, and which policy holds for whom.</summary>
public sealed record Listener : ISettingsDocument
{
    /// <inheritdoc/>
    public static string Kind => Kinds.Listeners;

    /// <summary>Whether the internet or the own network connects here.</summary>
    public required ListenerType Type { get; init; }

    /// <summary>Name of the network interface; absent = the host's own file decides.</summary>
    public string? Interface { get; init; }

    /// <summary>TCP port, 1 to 65535.</summary>
    public required int Port { get; init; }

    /// <summary>The name that the listener answers with, and that its certificate must cover.</summary>
    public required string Hostname { get; init; }

    /// <summary>Domains whose MX records lead here, at most 500.</summary>
    public IReadOnlyList<string>? Domains { get; init; }

    /// <summary>Name of the certificate; absent = none, only possible where every policy has TLS off.</summary>
    public string? Certificate { get; init; }

    /// <summary>Name of a second certificate with another kind of key.</summary>
    public string? AlternateCertificate { get; init; }

    /// <summary>Certificates by the server name that the client asks for (RFC 6066 section 3).</summary>
    public IReadOnlyList<SniCertificate>? Sni { get; init; }

    /// <summary>Name of the mail flow policy for whoever no sender group matches.</summary>
    public required string DefaultPolicy { get; init; }

    /// <summary>What the default policy is for, for people; at most 2,000 characters. Goes to no host.</summary>
    public string? DefaultPolicyComment { get; init; }

    /// <summary>Host access table: the first group that matches decides.</summary>
    public IReadOnlyList<SenderGroup>? SenderGroups { get; init; }
}

/// <summary>Kinds of listeners.</summary>
[JsonConverter(typeof(KebabEnum<ListenerType>))]
public enum ListenerType
{
    /// <summary>The internet connects here.</summary>
    Public,

    /// <summary>The own network connects here.</summary>
    Private,
}

/// <summary>A certificate for one server name.</summary>
public sealed record SniCertificate
{
    /// <summary>The name that the client asks for.</summary>
    public required string ServerName { get; init; }

    /// <summary>Certificate that is presented when a client asks for the server name (SNI, RFC 6066).</summary>
    public required string Certificate { get; init; }
}

/// <summary>Senders that share a mail flow policy.</summary>
public sealed record SenderGroup
{
    /// <summary>Name, unique in the listener.</summary>
    public required string Name { get; init; }

    /// <summary>Addresses, networks, ranges, host names, <c>.partial.domain</c> or <c>ALL</c>.</summary>
    public required IReadOnlyList<string> Senders { get; init; }

    /// <summary>Name of the mail flow policy.</summary>
    public required string Policy { get; init; }

    /// <summary>What the group is for, for people; one or more lines, at most 2,000 characters. Goes to no host.</summary>
    public string? Comment { get; init; }

    /// <summary>What single senders are, for people, by the sender as written; one line of at most 2,000 characters each.</summary>
    public IReadOnlyDictionary<string, string>? SenderComments { get; init; }
}

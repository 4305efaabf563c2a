using System.Text.Json.Serialization;
using Cluster.Contracts.Json;

namespace Cluster.Contracts.Settings;

/// <summary>How mail to one domain, its sub-domains (<c>.domain</c>) or every other domain (<c>default</c>) is sent.</summary>
public sealed record DestinationControl : ISettingsDocument
{
    /// <inheritdoc/>
    public static string Kind => Kinds.DestinationControls;

    /// <summary>The destination that stands for every domain without one of its own.</summary>
    public const string DefaultName = "default";

    /// <summary>TLS mode.</summary>
    public required DestinationTls Tls { get; init; }

    /// <summary>Own list of names that the peer's certificate may bear, instead of those of the mode.</summary>
    public IReadOnlyList<string>? Match { get; init; }

    /// <summary>DANE (RFC 7672); default none.</summary>
    public DaneMode? Dane { get; init; }

    /// <summary>Name of a client certificate for this destination; absent = the global one.</summary>
    public string? Certificate { get; init; }

    /// <summary>Alert when required TLS fails; absent = the global switch.</summary>
    public bool? AlertOnFailure { get; init; }

    /// <summary>
    /// Whether this holds also on a host whose own configuration asks more of the peer today, and where the domain itself publishes that
    /// more is to be asked (DANE, MTA-STS); default false: such a host keeps what it has and refuses this destination by name.
    /// </summary>
    public bool? OverrideHostPolicy { get; init; }
}

/// <summary>TLS mode of outgoing connections.</summary>
[JsonConverter(typeof(KebabEnum<DestinationTls>))]
public enum DestinationTls
{
    /// <summary>As the <c>default</c> destination.</summary>
    Default,

    /// <summary>TLS is never tried.</summary>
    None,

    /// <summary>TLS where offered; the certificate is not checked.</summary>
    Preferred,

    /// <summary>Not delivered without TLS; the certificate is not checked.</summary>
    Required,

    /// <summary>TLS where offered; a certificate that fails verification is recorded.</summary>
    PreferredVerify,

    /// <summary>Delivered only to a peer whose certificate is verified for the domain.</summary>
    RequiredVerify,

    /// <summary>
    /// As <see cref="RequiredVerify"/>, and the name of the MX host counts too: weaker, since MX records are not authenticated.
    /// </summary>
    RequiredVerifyHostedDomains,
}

/// <summary>DANE mode of outgoing connections (RFC 7672).</summary>
[JsonConverter(typeof(KebabEnum<DaneMode>))]
public enum DaneMode
{
    /// <summary>Not used.</summary>
    None,

    /// <summary>Used where the destination publishes it.</summary>
    Opportunistic,

    /// <summary>Not delivered without it.</summary>
    Mandatory,
}

using System.Text.Json.Serialization;
using Cluster.Contracts.Json;

namespace Cluster.Contracts.Settings;

/// <summary>What is asked of the senders that a listener matched to it.</summary>
public sealed record MailFlowPolicy : ISettingsDocument
{
    /// <inheritdoc/>
    public static string Kind => Kinds.MailFlowPolicies;

    /// <summary>TLS level of incoming connections.</summary>
    public required PolicyTls Tls { get; init; }

    /// <summary>Ask for a client certificate and check it; default false.</summary>
    public bool? VerifyClientCertificate { get; init; }

    /// <summary>Name of the address list whose envelope senders must use TLS; only with <c>preferred</c>.</summary>
    public string? TlsMandatoryFor { get; init; }

    /// <summary>Offer AUTH only under TLS; default false.</summary>
    public bool? RequireTlsForAuth { get; init; }
}

/// <summary>TLS level of incoming connections.</summary>
[JsonConverter(typeof(KebabEnum<PolicyTls>))]
public enum PolicyTls
{
    /// <summary>STARTTLS is not offered.</summary>
    Off,

    /// <summary>STARTTLS is offered, clear text is allowed.</summary>
    Preferred,

    /// <summary>Mail is refused without TLS.</summary>
    Required,
}

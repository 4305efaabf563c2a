namespace Cluster.Contracts.Settings;

/// <summary>Settings of all outgoing SMTP connections.</summary>
public sealed record OutboundSettings : ISingletonDocument
{
    /// <inheritdoc/>
    public static string Kind => Kinds.Outbound;

    /// <summary>Name of the client certificate; absent = none.</summary>
    public string? Certificate { get; init; }

    /// <summary>The name that the host gives in EHLO; absent = the software's own.</summary>
    public string? Hostname { get; init; }

    /// <summary>Alert when a required TLS connection fails; default false.</summary>
    public bool? AlertOnRequiredTlsFailure { get; init; }
}

namespace Cluster.Contracts.Settings;

/// <summary>The blocks of <c>tls-protocols</c> that one level defines, as REST shows them: each is an item of its own.</summary>
public sealed record TlsProtocolBlocks
{
    /// <summary>Management interfaces.</summary>
    public TlsProtocolBlock? Https { get; init; }

    /// <summary>Listeners.</summary>
    public TlsProtocolBlock? SmtpInbound { get; init; }

    /// <summary>Mail that is sent to other hosts.</summary>
    public TlsProtocolBlock? SmtpOutbound { get; init; }

    /// <summary>Connections to LDAP servers and other services that the host uses.</summary>
    public TlsProtocolBlock? Clients { get; init; }
}

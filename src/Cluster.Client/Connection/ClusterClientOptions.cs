namespace Cluster.Client.Connection;

/// <summary>Where the manager is, who asks, and what it is recognised by.</summary>
public sealed record ClusterClientOptions
{
    /// <summary>Address of the REST port, for example <c>https://manager.example.com:8443</c>.</summary>
    public required Uri Address { get; init; }

    /// <summary>Bearer token; null = only what needs none.</summary>
    public string? Token { get; init; }

    /// <summary>
    /// PEM file of the authorities that the manager's certificate must lead to, for example its <c>ca.pem</c>; null = those of the system.
    /// </summary>
    public string? CaFile { get; init; }

    /// <summary>
    /// <c>sha256:…</c> of the public key of the authority that the manager's certificate must lead to. It must be that of a certificate in
    /// <see cref="CaFile"/> or, without one, of a certificate that the server sends.
    /// </summary>
    public string? CaPin { get; init; }

    /// <summary>Time limit of one request; default 6 minutes, since a commit may wait 5 minutes for its rollout.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(6);

    /// <summary>The clock that waiting goes by.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}

using System.Net.Security;
using System.Security.Authentication;

namespace Cluster.Verification.Tls;

/// <summary>What the client offers in a handshake.</summary>
public sealed record TlsOffer
{
    // TLS 1.2 names the key kind in the suite; TLS 1.3 leaves it to the signature algorithms, which the platform does not let us choose.
    private static readonly TlsCipherSuite[] RsaSuites =
    [
        TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
        TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
        TlsCipherSuite.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
        TlsCipherSuite.TLS_DHE_RSA_WITH_AES_128_GCM_SHA256,
        TlsCipherSuite.TLS_DHE_RSA_WITH_AES_256_GCM_SHA384,
        TlsCipherSuite.TLS_RSA_WITH_AES_128_GCM_SHA256,
        TlsCipherSuite.TLS_RSA_WITH_AES_256_GCM_SHA384,
    ];

    private static readonly TlsCipherSuite[] EcdsaSuites =
    [
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
    ];

    /// <summary>Server name indication (RFC 6066, 3); null = none is sent.</summary>
    public string? ServerName { get; init; }

    /// <summary>Allowed TLS versions; <see cref="SslProtocols.None"/> = what the platform allows.</summary>
    public SslProtocols Protocols { get; init; } = SslProtocols.None;

    /// <summary>Which kind of certificate the client can use; a single kind means TLS 1.2 (RFC 5246, 7.4.2).</summary>
    public KeyKinds KeyKinds { get; init; } = KeyKinds.Any;

    internal SslProtocols EnabledProtocols => KeyKinds == KeyKinds.Any ? Protocols : SslProtocols.Tls12;

    internal CipherSuitesPolicy? CipherSuites => KeyKinds switch
    {
        KeyKinds.Rsa => new CipherSuitesPolicy(RsaSuites),
        KeyKinds.Ecdsa => new CipherSuitesPolicy(EcdsaSuites),
        _ => null,
    };
}

/// <summary>Kinds of certificate keys that a client can be limited to.</summary>
public enum KeyKinds
{
    /// <summary>The server chooses.</summary>
    Any,

    /// <summary>RSA alone.</summary>
    Rsa,

    /// <summary>ECDSA alone; suites of ECDSA also serve Ed25519 (RFC 8422, 5.10).</summary>
    Ecdsa,
}

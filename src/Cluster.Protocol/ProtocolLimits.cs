namespace Cluster.Protocol;

/// <summary>Limits and labels that both ends of the agent protocol hold to.</summary>
public static class ProtocolLimits
{
    /// <summary>The protocol version that this build speaks.</summary>
    public const uint Version = 1;

    /// <summary>Largest message in bytes, in either direction.</summary>
    public const int MaxMessageBytes = 4 * 1024 * 1024;

    /// <summary>Largest certificate request in bytes.</summary>
    public const int MaxCertificateRequestBytes = 16 * 1024;

    /// <summary>HTTP/2 keepalive: seconds between pings on an idle connection.</summary>
    public const int KeepAliveSeconds = 20;

    /// <summary>HTTP/2 keepalive: seconds to wait for the answer to a ping.</summary>
    public const int KeepAliveTimeoutSeconds = 10;

    /// <summary>Label that starts what is signed for an assignment, followed by a zero byte and the statement.</summary>
    public const string AssignmentLabel = "cluster-assignment-v1";

    /// <summary>Label that starts what is signed for a removal, followed by a zero byte and the statement.</summary>
    public const string RemovalLabel = "cluster-removal-v1";

    /// <summary>Label that starts what is signed for a trust set, followed by a zero byte and the statement.</summary>
    public const string TrustSetLabel = "cluster-trust-set-v1";

    /// <summary>Label that starts what the last identity key signs at a rejoin.</summary>
    public const string RejoinLabel = "cluster-rejoin-v1";

    /// <summary>Label that starts what the current identity key signs at a recovery.</summary>
    public const string RecoverLabel = "cluster-recover-v1";
}

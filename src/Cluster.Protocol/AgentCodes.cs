namespace Cluster.Protocol;

/// <summary>The stable codes with which the manager refuses a call or stream of an agent, besides those that REST knows.</summary>
public static class AgentCodes
{
    /// <summary>What the host announces cannot be read or exceeds a limit.</summary>
    public const string AnnouncementInvalid = "announcement-invalid";

    /// <summary>The assignment that the agent says it holds is not known, and no signed statement came with it.</summary>
    public const string AssignmentUnproven = "assignment-unproven";

    /// <summary>The challenge is unknown or too old.</summary>
    public const string ChallengeInvalid = "challenge-invalid";

    /// <summary>The call needs the machine's client certificate.</summary>
    public const string ClientCertificateRequired = "client-certificate-required";

    /// <summary>The first message of a stream is Hello, and it comes once.</summary>
    public const string HelloExpected = "hello-expected";

    /// <summary>The identity has not expired: renew it, do not recover it.</summary>
    public const string IdentityStillValid = "identity-still-valid";

    /// <summary>A newer generation of the identity is in use.</summary>
    public const string IdentitySuperseded = "identity-superseded";

    /// <summary>The manager does not know the identity.</summary>
    public const string IdentityUnknown = "identity-unknown";

    /// <summary>The join token is unknown, expired, withdrawn or not for this host.</summary>
    public const string JoinTokenInvalid = "join-token-invalid";

    /// <summary>The join token was used with another key.</summary>
    public const string JoinTokenUsed = "join-token-used";

    /// <summary>The public key belongs to an identity already.</summary>
    public const string KeyInUse = "key-in-use";

    /// <summary>An identity needs an EC key on P-256 or P-384.</summary>
    public const string KeyUnsuitable = "key-unsuitable";

    /// <summary>A machine of that name exists.</summary>
    public const string MachineNameTaken = "machine-name-taken";

    /// <summary>The manager is going down: connect again.</summary>
    public const string ManagerDraining = "manager-draining";

    /// <summary>Agent and manager have no protocol version in common.</summary>
    public const string ProtocolUnsupported = "protocol-unsupported";

    /// <summary>The identity cannot recover by itself.</summary>
    public const string RecoveryRefused = "recovery-refused";

    /// <summary>The signature is not by the machine's last identity key.</summary>
    public const string RejoinProofInvalid = "rejoin-proof-invalid";

    /// <summary>The message exceeds a limit.</summary>
    public const string RequestTooLarge = "request-too-large";

    /// <summary>The stream ended before what came over it was taken: connect again.</summary>
    public const string StreamEnded = "stream-ended";

    /// <summary>The machine opened a newer stream.</summary>
    public const string StreamFenced = "stream-fenced";

    /// <summary>Too many refused attempts came from this address.</summary>
    public const string TooManyAttempts = "too-many-attempts";
}

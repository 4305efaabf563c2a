using Cluster.Contracts.Problems;
using Cluster.Domain.Failures;
using Cluster.Protocol;

namespace Cluster.Manager.Features.Enrollment;

/// <summary>Expected failures of identities and enrolment; agents act on the codes.</summary>
internal static class EnrollmentFailures
{
    public static readonly Failure CertificateRequired = new(
        FailureCategory.Unauthenticated, AgentCodes.ClientCertificateRequired, "This call needs the machine's client certificate.");

    public static readonly Failure UnknownIdentity = new(
        FailureCategory.Unauthenticated,
        AgentCodes.IdentityUnknown,
        "This manager does not know the identity; keep everything and try again later.");

    public static readonly Failure Superseded = new(
        FailureCategory.Forbidden,
        AgentCodes.IdentitySuperseded,
        "A newer generation of this identity is in use; the machine is quarantined until an administrator decides.");

    public static readonly Failure Banned = new(FailureCategory.Forbidden, ProblemCodes.MachineBanned, "The machine is banned.");

    public static readonly Failure Departed = new(
        FailureCategory.Forbidden, ProblemCodes.MachineDeparted, "The machine left its cluster; rejoin it with a join token.");

    public static readonly Failure TokenInvalid = new(
        FailureCategory.Forbidden,
        AgentCodes.JoinTokenInvalid,
        "The join token is unknown, expired, withdrawn, or not meant for this host; ask for a new one.");

    public static readonly Failure TokenUsed = new(
        FailureCategory.Forbidden, AgentCodes.JoinTokenUsed, "The join token has been used with another key; ask for a new one.");

    public static readonly Failure TooMany = new(
        FailureCategory.Busy, AgentCodes.TooManyAttempts, "Too many refused attempts from this address; wait a minute.");

    public static readonly Failure KeyInUse = new(
        FailureCategory.Conflict, AgentCodes.KeyInUse, "This public key belongs to an identity already; make a new key.");

    public static readonly Failure KeyUnsuitable = new(
        FailureCategory.Invalid, AgentCodes.KeyUnsuitable, "An identity needs an EC key on P-256 or P-384.");

    public static readonly Failure ProofInvalid = new(
        FailureCategory.Forbidden,
        AgentCodes.RejoinProofInvalid,
        "The signature is not by the machine's last identity key; use a join token that is issued for the departed machine.");

    public static readonly Failure NotDeparted = new(
        FailureCategory.Conflict, ProblemCodes.MachineNotDeparted, "Only a departed machine can rejoin.");

    public static readonly Failure RecoveryRefused = new(
        FailureCategory.Forbidden,
        AgentCodes.RecoveryRefused,
        "The identity cannot recover by itself; an administrator must let the machine rejoin.");

    public static readonly Failure ChallengeInvalid = new(
        FailureCategory.Forbidden, AgentCodes.ChallengeInvalid, "The challenge is unknown or older than five minutes; ask for a new one.");

    public static readonly Failure StillValid = new(
        FailureCategory.Conflict, AgentCodes.IdentityStillValid, "The identity has not expired; renew it with the client certificate.");

    /// <summary>The name is taken by a machine that the token is not bound to.</summary>
    public static Failure NameTaken(string name) =>
        new(
            FailureCategory.Conflict,
            AgentCodes.MachineNameTaken,
            $"A machine named '{name}' exists. Choose another name, or use a token that is bound to it.");

    /// <summary>The name belongs to a departed machine.</summary>
    public static Failure NameDeparted(string name) =>
        new(
            FailureCategory.Conflict,
            ProblemCodes.MachineDeparted,
            $"A machine named '{name}' departed. Rejoin it with its last identity key or a token issued for it, or forget it first.");

    /// <summary>The request cannot be read.</summary>
    public static Failure RequestInvalid(string code, string detail) => new(FailureCategory.Invalid, code, detail);
}

using System.Diagnostics.CodeAnalysis;
using Cluster.Agent.State;
using Cluster.Agent.Trust;

namespace Cluster.Agent.Enrollment;

/// <summary>A new identity, checked, not stored yet.</summary>
/// <param name="Identity">Key and certificate.</param>
/// <param name="Trust">The trust set that came with it; null when none or no newer one came.</param>
/// <param name="Group">Group of the machine, a label.</param>
/// <param name="Pending">Whether an administrator must approve the key first.</param>
internal sealed record Enrolled(Identity Identity, TrustedSet? Trust, string Group = "", bool Pending = false);

/// <summary>What came of asking for an identity.</summary>
internal readonly struct EnrollmentResult
{
    private EnrollmentResult(Enrolled? value, EnrollmentFailure? failure)
    {
        Value = value;
        Failure = failure;
    }

    /// <summary>The identity; null when it failed.</summary>
    public Enrolled? Value { get; }

    /// <summary>The failure; null when it succeeded.</summary>
    public EnrollmentFailure? Failure { get; }

    /// <summary>True when there is an identity.</summary>
    [MemberNotNullWhen(true, nameof(Value))]
    [MemberNotNullWhen(false, nameof(Failure))]
    public bool Succeeded => Failure is null;

    /// <summary>Wraps an identity.</summary>
    public static implicit operator EnrollmentResult(Enrolled value) => new(value, null);

    /// <summary>Wraps a failure.</summary>
    public static implicit operator EnrollmentResult(EnrollmentFailure failure) => new(null, failure);
}

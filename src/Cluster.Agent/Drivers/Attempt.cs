using System.Diagnostics.CodeAnalysis;
using Cluster.Contracts.Machines;

namespace Cluster.Agent.Drivers;

/// <summary>Why a step of applying failed; a value, never an exception.</summary>
/// <param name="Code">Stable, for example <c>preflight-failed</c>.</param>
/// <param name="Kind">Whether it may pass by itself.</param>
/// <param name="Check">Which check failed: <c>validation</c>, <c>native-check</c>, <c>preflight</c>, <c>switch</c>,
/// <c>reload</c>, <c>probe</c>, <c>disk</c>.</param>
/// <param name="Message">What is wrong and what to do, for people; never key material.</param>
internal sealed record ApplyFailure(string Code, ApplyFailureKind Kind, string Check, string Message)
{
    /// <summary>Check of what the disk or the file system refused: tried again as soon as it takes writes.</summary>
    public const string DiskCheck = "disk";

    /// <summary>Check of letting the software take its files up.</summary>
    public const string ReloadCheck = "reload";

    /// <summary>Of a proof that failed: what clients should see and what they saw; null = nothing more than the message is known.</summary>
    public DifferenceSides? Sides { get; init; }

    /// <summary>A failure that may pass by itself: disk, lock, time-out.</summary>
    public static ApplyFailure Transient(string code, string check, string message) =>
        new(code, ApplyFailureKind.Transient, check, message);

    /// <summary>A failure that stays until the part, the agent or the local files change.</summary>
    public static ApplyFailure Final(string code, string check, string message) => new(code, ApplyFailureKind.Final, check, message);
}

/// <summary>What came of a step: a value or a failure.</summary>
/// <typeparam name="T">Type of the value.</typeparam>
internal readonly struct Attempt<T>
    where T : class
{
    private Attempt(T? value, ApplyFailure? failure)
    {
        Value = value;
        Failure = failure;
    }

    /// <summary>The value; null when it failed.</summary>
    public T? Value { get; }

    /// <summary>The failure; null when it succeeded.</summary>
    public ApplyFailure? Failure { get; }

    /// <summary>True when there is a value.</summary>
    [MemberNotNullWhen(true, nameof(Value))]
    [MemberNotNullWhen(false, nameof(Failure))]
    public bool Succeeded => Failure is null;

    public static implicit operator Attempt<T>(T value) => new(value, null);

    /// <summary>Wraps a failure.</summary>
    public static implicit operator Attempt<T>(ApplyFailure failure) => new(null, failure);
}

using System.Diagnostics.CodeAnalysis;

namespace Cluster.Domain.Failures;

/// <summary>A value or an expected failure.</summary>
/// <typeparam name="T">Type of the value.</typeparam>
public readonly struct Outcome<T> : IOutcome
{
    private readonly T? value;

    private Outcome(T? value, Failure? failure)
    {
        this.value = value;
        Failure = failure;
    }

    /// <summary>The failure; null when there is a value.</summary>
    public Failure? Failure { get; }

    /// <summary>True when there is a value.</summary>
    [MemberNotNullWhen(false, nameof(Failure))]
    public bool Succeeded => Failure is null;

    /// <summary>The value.</summary>
    /// <exception cref="InvalidOperationException">There is a failure instead.</exception>
    public T Value => Failure is null ? value! : throw new InvalidOperationException($"There is no value: {Failure.Code}.");

    internal static Outcome<T> FromValue(T value) => new(value, null);

    /// <summary>Success with this value.</summary>
    [SuppressMessage("Usage", "CA2225", Justification = "The constructor-like conversion is the only way in.")]
    public static implicit operator Outcome<T>(T value) => new(value, null);

    /// <summary>Wraps a failure.</summary>
    [SuppressMessage("Usage", "CA2225", Justification = "The constructor-like conversion is the only way in.")]
    public static implicit operator Outcome<T>(Failure failure) => new(default, failure);
}

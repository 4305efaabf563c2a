using System.Diagnostics.CodeAnalysis;

namespace Cluster.Pki;

/// <summary>Either a value or the reason why there is none.</summary>
/// <typeparam name="T">Type of the value.</typeparam>
public sealed record PkiResult<T>
    where T : class
{
    private PkiResult(T? value, PkiError? error) => (Value, Error) = (value, error);

    /// <summary>The value, or null when it failed.</summary>
    public T? Value { get; }

    /// <summary>Why it failed, or null when it did not.</summary>
    public PkiError? Error { get; }

    /// <summary>Gives the value, or the error.</summary>
    public bool TryGet([NotNullWhen(true)] out T? value, [NotNullWhen(false)] out PkiError? error)
    {
        (value, error) = (Value, Error);
        return value is not null;
    }

    /// <summary>Success: wraps what was made or read.</summary>
    public static implicit operator PkiResult<T>(T value) => new(value, null);

    /// <summary>A result without a value.</summary>
    public static implicit operator PkiResult<T>(PkiError error) => new(null, error);
}

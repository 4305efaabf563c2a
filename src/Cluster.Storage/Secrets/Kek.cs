using System.Security.Cryptography;

namespace Cluster.Storage.Secrets;

/// <summary>A key-encryption key: 32 random bytes outside the database that wrap the data key of every sealed record.</summary>
public sealed class Kek
{
    /// <summary>Length of the key in bytes.</summary>
    public const int Length = 32;

    /// <summary>Length of its id in bytes.</summary>
    internal const int IdLength = 8;

    private readonly byte[] key;

    /// <summary>Wraps key bytes.</summary>
    /// <exception cref="ArgumentException">They are not 32 bytes.</exception>
    public Kek(ReadOnlySpan<byte> key)
    {
        if (key.Length != Length) throw new ArgumentException($"A key-encryption key has {Length} bytes.", nameof(key));
        this.key = key.ToArray();
        IdBytes = HMACSHA256.HashData(this.key, "cluster kek id"u8)[..IdLength];
        Id = Convert.ToHexStringLower(IdBytes);
    }

    /// <summary>Its id, derived from the key: 16 hex digits that say nothing about it.</summary>
    public string Id { get; }

    internal byte[] IdBytes { get; }

    internal ReadOnlySpan<byte> Bytes => key;

    /// <summary>Makes a new random key.</summary>
    public static Kek Create() => new(RandomNumberGenerator.GetBytes(Length));

    /// <summary>Returns the id, never the key.</summary>
    public override string ToString() => $"Kek {Id}";
}

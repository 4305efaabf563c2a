using System.Security.Cryptography;

namespace Cluster.Storage.Secrets;

/// <summary>
/// Envelope encryption of what the database must not show: AES-256-GCM under a data key of the record's own, which is wrapped by
/// a key-encryption key. A record is: format (1), id of the KEK (8), nonce (12), wrapped data key (32) and tag (16), nonce (12),
/// ciphertext, tag (16).
/// </summary>
public sealed class EnvelopeCipher(KekRing ring)
{
    private const byte Format = 1;
    private const int NonceLength = 12;
    private const int TagLength = 16;
    private const int HeaderLength = 1 + Kek.IdLength;
    private const int WrappedLength = NonceLength + Kek.Length + TagLength;
    private const int Overhead = HeaderLength + WrappedLength + NonceLength + TagLength;

    /// <summary>Seals a secret for one place.</summary>
    public byte[] Seal(ReadOnlySpan<byte> plaintext, SealContext context)
    {
        Span<byte> dataKey = stackalloc byte[Kek.Length];
        RandomNumberGenerator.Fill(dataKey);
        var sealedBytes = new byte[Overhead + plaintext.Length];
        Wrap(ring.Current, dataKey, context, sealedBytes);
        Encrypt(dataKey, plaintext, context.ToAssociatedData([Format]), sealedBytes.AsSpan(HeaderLength + WrappedLength));
        CryptographicOperations.ZeroMemory(dataKey);
        return sealedBytes;
    }

    /// <summary>Opens a record in its place.</summary>
    /// <exception cref="SealedRecordException">The record is of another place, damaged, of an unknown format, or sealed under a
    /// key that is not at hand.</exception>
    public byte[] Open(ReadOnlySpan<byte> sealedBytes, SealContext context)
    {
        Span<byte> dataKey = stackalloc byte[Kek.Length];
        Unwrap(sealedBytes, context, dataKey);
        var plaintext = new byte[sealedBytes.Length - Overhead];
        Decrypt(dataKey, sealedBytes[(HeaderLength + WrappedLength)..], context.ToAssociatedData([Format]), plaintext);
        CryptographicOperations.ZeroMemory(dataKey);
        return plaintext;
    }

    /// <summary>Wraps the data key of a record by the current key-encryption key; the ciphertext stays as it is.</summary>
    /// <returns>The record to store; the same bytes when it names the current key already.</returns>
    /// <exception cref="SealedRecordException">The record does not open in its place.</exception>
    public byte[] Rewrap(byte[] sealedBytes, SealContext context)
    {
        var current = ring.Current;
        if (KekIdOf(sealedBytes) == current.Id) return sealedBytes;
        Span<byte> dataKey = stackalloc byte[Kek.Length];
        Unwrap(sealedBytes, context, dataKey);
        var rewrapped = (byte[])sealedBytes.Clone();
        Wrap(current, dataKey, context, rewrapped);
        CryptographicOperations.ZeroMemory(dataKey);
        return rewrapped;
    }

    /// <summary>Id of the key-encryption key that a record names.</summary>
    /// <exception cref="SealedRecordException">It is no sealed record.</exception>
    public static string KekIdOf(ReadOnlySpan<byte> sealedBytes)
    {
        CheckForm(sealedBytes);
        return Convert.ToHexStringLower(sealedBytes[1..HeaderLength]);
    }

    private static void CheckForm(ReadOnlySpan<byte> sealedBytes)
    {
        if (sealedBytes.Length < Overhead) throw new SealedRecordException("A sealed record is too short; the database is damaged.");
        if (sealedBytes[0] != Format)
            throw new SealedRecordException($"A sealed record has format {sealedBytes[0]}, which this version does not know.");
    }

    private static void Wrap(Kek kek, ReadOnlySpan<byte> dataKey, SealContext context, Span<byte> record)
    {
        record[0] = Format;
        kek.IdBytes.CopyTo(record[1..]);
        Encrypt(kek.Bytes, dataKey, context.ToAssociatedData(record[..HeaderLength]), record[HeaderLength..(HeaderLength + WrappedLength)]);
    }

    private void Unwrap(ReadOnlySpan<byte> record, SealContext context, Span<byte> dataKey)
    {
        CheckForm(record);
        var kek = ring.Find(record[1..HeaderLength])
            ?? throw new SealedRecordException(
                $"A record is sealed under key-encryption key {KekIdOf(record)}, which is not at hand; give it beside the current one.");
        Decrypt(kek.Bytes, record[HeaderLength..(HeaderLength + WrappedLength)], context.ToAssociatedData(record[..HeaderLength]), dataKey);
    }

    private static void Encrypt(ReadOnlySpan<byte> key, ReadOnlySpan<byte> plaintext, byte[] associatedData, Span<byte> output)
    {
        using var aes = new AesGcm(key, TagLength);
        var nonce = output[..NonceLength];
        RandomNumberGenerator.Fill(nonce);
        aes.Encrypt(
            nonce,
            plaintext,
            output.Slice(NonceLength, plaintext.Length),
            output.Slice(NonceLength + plaintext.Length, TagLength),
            associatedData);
    }

    private static void Decrypt(ReadOnlySpan<byte> key, ReadOnlySpan<byte> input, byte[] associatedData, Span<byte> plaintext)
    {
        using var aes = new AesGcm(key, TagLength);
        try
        {
            aes.Decrypt(
                input[..NonceLength],
                input.Slice(NonceLength, plaintext.Length),
                input.Slice(NonceLength + plaintext.Length, TagLength),
                plaintext,
                associatedData);
        }
        catch (AuthenticationTagMismatchException e)
        {
            throw new SealedRecordException("A sealed record does not open in its place: it was moved from another row, or is damaged.", e);
        }
    }
}

/// <summary>A sealed record cannot be opened. Never holds any part of the secret.</summary>
/// <param name="message">What is wrong.</param>
/// <param name="inner">The cryptographic failure, if any.</param>
public sealed class SealedRecordException(string message, Exception? inner = null) : Exception(message, inner);

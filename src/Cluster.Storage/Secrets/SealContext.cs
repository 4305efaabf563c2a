using System.Buffers.Binary;
using System.Text;

namespace Cluster.Storage.Secrets;

/// <summary>
/// What a sealed record is bound to: it opens nowhere else, so a record moved to another row, cluster or kind is refused.
/// </summary>
/// <param name="Kind">What is sealed, for example <c>certificate-key</c>; one of <see cref="SealKinds"/>.</param>
/// <param name="ClusterId">Its cluster; null = the installation's.</param>
/// <param name="RowId">Immutable id of the row that holds it.</param>
/// <param name="PublicKeySha256">Hash of the public key of a sealed private key; empty for other secrets.</param>
public readonly record struct SealContext(string Kind, Guid? ClusterId, Guid RowId, string PublicKeySha256)
{
    /// <summary>The associated data: every member with its length before it, so that no two contexts share bytes.</summary>
    internal byte[] ToAssociatedData(ReadOnlySpan<byte> header)
    {
        var buffer = new MemoryStream();
        Append(buffer, header);
        Append(buffer, Encoding.UTF8.GetBytes(Kind));
        Append(buffer, ClusterId is { } cluster ? cluster.ToByteArray(bigEndian: true) : []);
        Append(buffer, RowId.ToByteArray(bigEndian: true));
        Append(buffer, Encoding.UTF8.GetBytes(PublicKeySha256));
        return buffer.ToArray();
    }

    private static void Append(MemoryStream buffer, ReadOnlySpan<byte> value)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, value.Length);
        buffer.Write(length);
        buffer.Write(value);
    }
}

/// <summary>The kinds of sealed records.</summary>
public static class SealKinds
{
    /// <summary>Private key of a gateway's certificate (<c>keys.sealed</c>).</summary>
    public const string CertificateKey = "certificate-key";

    /// <summary>Private key of the control CA (<c>control_certificates.sealed_key</c>).</summary>
    public const string ControlKey = "control-key";

    /// <summary>The known text that proves a key-encryption key (<c>installations.key_check</c>).</summary>
    public const string KeyCheck = "key-check";

    /// <summary>The installation's own secret (<c>installations.sealed_secret</c>).</summary>
    public const string InstallationSecret = "installation-secret";

    /// <summary>An answer kept for idempotency (<c>idempotency_records.sealed_answer</c>).</summary>
    public const string IdempotentAnswer = "idempotent-answer";
}

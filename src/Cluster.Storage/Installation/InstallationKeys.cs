using System.Security.Cryptography;
using Cluster.Storage.Secrets;

namespace Cluster.Storage.Installation;

/// <summary>
/// Keys derived from the installation's secret, which lies sealed in the database: every manager has the same, and they outlive
/// every key-encryption key.
/// </summary>
public sealed class InstallationKeys
{
    private const int Length = 32;
    private static readonly byte[] Known = "cluster key check"u8.ToArray();
    private byte[]? secret;

    /// <summary>Whether the secret is at hand.</summary>
    public bool Loaded => secret is not null;

    /// <summary>Key of the audit chains (HMAC-SHA256).</summary>
    /// <exception cref="InvalidOperationException">The installation's record was not loaded yet.</exception>
    public byte[] Audit => Derive("audit");

    /// <summary>Key of the MACs over bodies of requests with an idempotency key.</summary>
    public byte[] Idempotency => Derive("idempotency");

    /// <summary>
    /// Makes the record of a new installation and loads it. Only on an empty database; the key-encryption key must be durable
    /// before.
    /// </summary>
    public InstallationRecord Create(EnvelopeCipher cipher, TimeProvider clock)
    {
        var now = clock.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        var fresh = RandomNumberGenerator.GetBytes(Length);
        secret = fresh;
        return new InstallationRecord
        {
            Id = id,
            CreatedAt = now,
            KeyCheck = cipher.Seal(Known, CheckContext(id)),
            SealedSecret = cipher.Seal(fresh, SecretContext(id)),
        };
    }

    /// <summary>Proves that the right key-encryption key is at hand, and loads the secret.</summary>
    /// <exception cref="SealedRecordException">The key-encryption key is not this installation's.</exception>
    public void Load(InstallationRecord record, EnvelopeCipher cipher)
    {
        if (!cipher.Open(record.KeyCheck, CheckContext(record.Id)).AsSpan().SequenceEqual(Known))
        {
            throw new SealedRecordException("The key check value of the database is not the known text.");
        }

        secret = cipher.Open(record.SealedSecret, SecretContext(record.Id));
    }

    /// <summary>Where the check value is bound to.</summary>
    internal static SealContext CheckContext(Guid id) => new(SealKinds.KeyCheck, null, id, "");

    /// <summary>Where the secret is bound to.</summary>
    internal static SealContext SecretContext(Guid id) => new(SealKinds.InstallationSecret, null, id, "");

    private byte[] Derive(string purpose) => HKDF.Expand(
        HashAlgorithmName.SHA256,
        secret ?? throw new InvalidOperationException("The installation's record was not loaded yet."),
        Length,
        System.Text.Encoding.UTF8.GetBytes("cluster " + purpose));
}

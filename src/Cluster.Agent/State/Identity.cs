using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Cluster.Contracts.Json;
using Cluster.Pki.Certificates;

namespace Cluster.Agent.State;

/// <summary>An identity: key and certificate in one file, so that they always belong together.</summary>
internal sealed record Identity
{
    public required string ClusterId { get; init; }

    public required string MachineId { get; init; }

    /// <summary>Name at the time of joining; a label.</summary>
    public required string MachineName { get; init; }

    /// <summary>Counts renewals and rejoins.</summary>
    public required uint Generation { get; init; }

    /// <summary>PKCS#8.</summary>
    public required byte[] Key { get; init; }

    /// <summary>DER, leaf first, then its issuer.</summary>
    public required IReadOnlyList<byte[]> Chain { get; init; }

    /// <summary>SHA-256 of the pinned root's public key, lower-case hex.</summary>
    public required string RootPin { get; init; }

    /// <summary>The address that was given at the join.</summary>
    public required string JoinedAt { get; init; }

    public CertificateInfo Leaf() =>
        CertificateInfo.TryRead(Chain[0]) ?? throw new DamagedStateException("The identity's certificate cannot be read.");

    /// <summary>Leaf and key for TLS; the caller disposes it.</summary>
    public X509Certificate2 WithKey()
    {
        using var key = SigningKey();
        using var leaf = X509CertificateLoader.LoadCertificate(Chain[0]);
        return leaf.CopyWithPrivateKey(key);
    }

    /// <summary>The private key; the caller disposes it.</summary>
    public ECDsa SigningKey()
    {
        var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(Key, out _);
        return key;
    }

    /// <summary>Never shows the key.</summary>
    public override string ToString() => $"identity of machine {MachineId}, generation {Generation}";
}

/// <summary>A key that was made for an identity and is kept until an answer has come, however often it is asked for.</summary>
internal sealed record PendingKey
{
    /// <summary>PKCS#8.</summary>
    public required byte[] Key { get; init; }

    /// <summary>Hash of the join token that it is sent with; empty for a renewal or recovery.</summary>
    public string TokenSha256 { get; init; } = "";

    public static string HashOf(string token) => CanonicalJson.Sha256("cluster-join-token\n" + token);

    /// <summary>Never shows the key.</summary>
    public override string ToString() => "pending key";
}

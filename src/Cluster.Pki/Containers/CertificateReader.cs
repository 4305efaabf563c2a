namespace Cluster.Pki.Containers;

/// <summary>Reads certificates, keys and requests from any container in use; every refusal is a value.</summary>
public static class CertificateReader
{
    /// <summary>Largest input, in bytes.</summary>
    public const int MaximumSize = 10 * 1024 * 1024;

    /// <summary>Reads data of any format.</summary>
    public static ReadResult Read(ReadOnlyMemory<byte> data, ReadOptions? options = null) => throw new NotSupportedException();

    /// <summary>Reads data of any format with the passwords given.</summary>
    public static ReadResult Read(ReadOnlyMemory<byte> data, params string[] passwords) => Read(data, new ReadOptions { Passwords = passwords });
}

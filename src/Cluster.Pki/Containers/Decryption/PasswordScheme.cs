namespace Cluster.Pki.Containers.Decryption;

/// <summary>A password-based encryption with its parameters, ready to be tried.</summary>
/// <param name="Name">What it is, for people.</param>
/// <param name="Cost">Nanoseconds that one try costs, without the data.</param>
/// <param name="ByteCost">Nanoseconds that each byte of the data costs.</param>
/// <param name="Encoding">How the password becomes bytes.</param>
/// <param name="Decrypt">Decrypts with the encoded password; null when the padding does not come out.</param>
internal sealed record PasswordScheme(
    string Name, long Cost, long ByteCost, PasswordEncoding Encoding, Func<byte[], ReadOnlyMemory<byte>, byte[]?> Decrypt)
{
    /// <summary>Iterations of its key derivation; null when it has another measure.</summary>
    public int? Iterations { get; init; }

    /// <summary>Whether it is one that nothing should be encrypted with any more.</summary>
    public bool IsOld { get; init; }
}

using System.Formats.Asn1;
using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Parameters;

namespace Cluster.Pki.Containers.Decryption;

/// <summary>A key derivation with its parameters.</summary>
/// <param name="Name">What it is, for people.</param>
/// <param name="Cost">Nanoseconds that a key of so many bytes costs.</param>
/// <param name="KeyBytes">Length of the key when the parameters say it.</param>
/// <param name="Derive">Derives a key of a length.</param>
internal sealed record PasswordKdf(string Name, Func<int, long> Cost, int? KeyBytes, Func<byte[], int, byte[]> Derive)
{
    /// <summary>Iterations; null when it has another measure.</summary>
    public int? Iterations { get; private init; }

    private const int MaximumKey = 256;
    private const int MaximumScryptMemory = 64 * 1024 * 1024;

    // OpenSSL copies the state of an HMAC for each iteration, which costs more than the two blocks.
    private const long PlatformIteration = 900;
    private const long ScryptBlock = 1_000;

    public static PasswordKdf? ParsePbkdf2(AsnReader parameters, out string unsupported)
    {
        unsupported = "PBKDF2 with a salt from elsewhere";
        if (!parameters.PeekTag().HasSameClassAndValue(Asn1Tag.PrimitiveOctetString)) return null;
        var (salt, iterations) = PasswordSchemes.ReadSaltAndCount(parameters);
        int? keyBytes = null;
        if (parameters.HasData && parameters.PeekTag().HasSameClassAndValue(Asn1Tag.Integer))
        {
            unsupported = $"PBKDF2 with a key of more than {MaximumKey} bytes";
            if (!parameters.TryReadInt32(out var length) || length > MaximumKey) return null;
            keyBytes = length > 0 ? length : throw new AsnContentException();
        }

        var prf = parameters.HasData ? parameters.ReadSequence().ReadObjectIdentifier() : "1.2.840.113549.2.7";
        unsupported = prf;
        if (DigestTable.Prf(prf) is not { } digest) return null;
        var platform = DigestTable.PlatformPrf(prf);
        var iteration = platform.Name is null ? 4 * DigestTable.BlockCost(digest) : PlatformIteration;
        return new PasswordKdf(
            $"PBKDF2 HMAC-{platform.Name ?? digest.AlgorithmName}, {iterations} iterations",
            bytes => Blocks(bytes, digest.GetDigestSize()) * iterations * iteration,
            keyBytes,
            (password, bytes) => platform.Name is null
                ? Managed(prf, password, salt, iterations, bytes)
                : Rfc2898DeriveBytes.Pbkdf2(password, salt, iterations, platform, bytes)) { Iterations = iterations };
    }

    public static PasswordKdf ParseScrypt(AsnReader parameters)
    {
        var salt = parameters.ReadOctetString();
        if (salt.Length > PasswordSchemes.MaximumSalt
            || !parameters.TryReadInt32(out var n) || !parameters.TryReadInt32(out var r) || !parameters.TryReadInt32(out var p)
            || n < 2 || (n & (n - 1)) != 0 || r < 1 || p < 1)
        {
            throw new AsnContentException();
        }

        int? keyBytes = null;
        if (parameters.HasData && parameters.TryReadInt32(out var length) && length is > 0 and <= MaximumKey) keyBytes = length;
        // Beyond the memory bound the cost exceeds every budget, so that nothing is derived.
        var cost = r > 1024 || p > 16 || 128L * n * r > MaximumScryptMemory ? long.MaxValue : ScryptBlock * n * r * p;
        return new PasswordKdf(
            $"scrypt N={n} r={r} p={p}", _ => cost, keyBytes, (password, bytes) => SCrypt.Generate(password, salt, n, r, p, bytes));
    }

    private static long Blocks(int bytes, int size) => (bytes + size - 1) / size;

    private static byte[] Managed(string prf, byte[] password, byte[] salt, int iterations, int bytes)
    {
        var generator = new Pkcs5S2ParametersGenerator(DigestTable.Prf(prf)!);
        generator.Init(password, salt, iterations);
        return ((KeyParameter)generator.GenerateDerivedMacParameters(bytes * 8)).GetKey();
    }
}

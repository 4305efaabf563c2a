using System.Formats.Asn1;
using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Parameters;

namespace Cluster.Pki.Containers.Decryption;

/// <summary>A key derivation with its parameters.</summary>
/// <param name="Name">What it is, for people.</param>
/// <param name="Cost">Iterations, or what a derivation by memory amounts to.</param>
/// <param name="KeyBytes">Length of the key when the parameters say it.</param>
/// <param name="Derive">Derives a key of a length.</param>
internal sealed record PasswordKdf(string Name, long Cost, int? KeyBytes, Func<byte[], int, byte[]> Derive)
{
    private const int MaximumScryptMemory = 64 * 1024 * 1024;

    public static PasswordKdf? ParsePbkdf2(AsnReader parameters, out string unsupported)
    {
        unsupported = "PBKDF2 with a salt from elsewhere";
        if (!parameters.PeekTag().HasSameClassAndValue(Asn1Tag.PrimitiveOctetString)) return null;
        var (salt, iterations) = PasswordSchemes.ReadSaltAndCount(parameters);
        int? keyBytes = null;
        if (parameters.HasData && parameters.PeekTag().HasSameClassAndValue(Asn1Tag.Integer))
            keyBytes = parameters.TryReadInt32(out var length) && length is > 0 and <= 64 ? length : throw new AsnContentException();
        var prf = parameters.HasData ? parameters.ReadSequence().ReadObjectIdentifier() : "1.2.840.113549.2.7";
        unsupported = prf;
        var platform = DigestTable.PlatformPrf(prf);
        if (platform.Name is not null)
        {
            return new PasswordKdf($"PBKDF2 HMAC-{platform.Name}, {iterations} iterations", iterations, keyBytes, (password, bytes) =>
                Rfc2898DeriveBytes.Pbkdf2(password, salt, iterations, platform, bytes));
        }

        if (DigestTable.Prf(prf) is not { } digest) return null;
        // The managed digests are several times slower than the platform's.
        return new PasswordKdf(
            $"PBKDF2 HMAC-{digest.AlgorithmName}, {iterations} iterations",
            4L * iterations,
            keyBytes,
            (password, bytes) =>
            {
                var generator = new Pkcs5S2ParametersGenerator(DigestTable.Prf(prf)!);
                generator.Init(password, salt, iterations);
                return ((KeyParameter)generator.GenerateDerivedMacParameters(bytes * 8)).GetKey();
            });
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

        // Beyond the memory bound the cost exceeds every budget, so that nothing is derived.
        var cost = r > 1024 || p > 16 || 128L * n * r > MaximumScryptMemory ? long.MaxValue : 4L * n * r * p;
        return new PasswordKdf(
            $"scrypt N={n} r={r} p={p}", cost, null, (password, bytes) => SCrypt.Generate(password, salt, n, r, p, bytes));
    }
}

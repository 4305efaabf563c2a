using System.Formats.Asn1;
using System.Numerics;

namespace Cluster.Pki.Containers.Decryption;

/// <summary>Reads the AlgorithmIdentifier of a password-based encryption.</summary>
internal static class PasswordSchemes
{
    /// <summary>Largest salt or vector that is taken.</summary>
    public const int MaximumSalt = 1024;

    /// <param name="identifier">The AlgorithmIdentifier.</param>
    /// <param name="unsupported">Name of what is not supported, when the result is null.</param>
    /// <exception cref="AsnContentException">The parameters are damaged.</exception>
    public static PasswordScheme? Parse(AsnReader identifier, out string unsupported)
    {
        var oid = identifier.ReadObjectIdentifier();
        unsupported = oid;
        if (oid == "1.2.840.113549.1.5.13") return Pbes2.Parse(identifier.ReadSequence(), out unsupported);
        if (oid.StartsWith("1.2.840.113549.1.12.1.", StringComparison.Ordinal)) return Pkcs12Pbe.Parse(oid, identifier.ReadSequence());
        return oid.StartsWith("1.2.840.113549.1.5.", StringComparison.Ordinal) ? Pbes1.Parse(oid, identifier.ReadSequence()) : null;
    }

    /// <summary>Reads salt and iteration count, as PKCS#5 version 1 and PKCS#12 write them.</summary>
    public static (byte[] Salt, int Iterations) ReadSaltAndCount(AsnReader parameters)
    {
        var salt = parameters.ReadOctetString();
        return salt.Length <= MaximumSalt ? (salt, ReadCount(parameters)) : throw new AsnContentException();
    }

    /// <summary>Reads an iteration count; what is beyond every budget is not damage, and stands as the largest number.</summary>
    public static int ReadCount(AsnReader parameters)
    {
        var count = parameters.ReadInteger();
        return count >= 1 ? (int)BigInteger.Min(count, int.MaxValue) : throw new AsnContentException();
    }
}

using System.Formats.Asn1;

namespace Cluster.Pki.Containers.Decryption;

/// <summary>PBES2 (RFC 8018, 6.2) with PBKDF2 or scrypt (RFC 7914) and a block cipher in CBC mode.</summary>
internal static class Pbes2
{
    public static PasswordScheme? Parse(AsnReader parameters, out string unsupported)
    {
        var derivation = parameters.ReadSequence();
        var encryption = parameters.ReadSequence();
        var cipherOid = encryption.ReadObjectIdentifier();
        unsupported = cipherOid;
        if (CipherTable.ByOid(cipherOid) is not { } cipher) return null;
        var (iv, rc2Bits) = ReadVector(encryption, cipher);
        if (iv.Length > PasswordSchemes.MaximumSalt) throw new AsnContentException();

        var kdfOid = derivation.ReadObjectIdentifier();
        unsupported = kdfOid;
        var kdf = kdfOid switch
        {
            "1.2.840.113549.1.5.12" => PasswordKdf.ParsePbkdf2(derivation.ReadSequence(), out unsupported),
            "1.3.6.1.4.1.11591.4.11" => PasswordKdf.ParseScrypt(derivation.ReadSequence()),
            _ => null,
        };
        if (kdf is null) return null;
        var keyBytes = cipher.KeyBytes != 0 ? cipher.KeyBytes : kdf.KeyBytes ?? (rc2Bits / 8);
        return new PasswordScheme(
            $"PBES2 {cipher.Name}, {kdf.Name}",
            kdf.Cost(keyBytes),
            cipher.ByteCost,
            PasswordEncoding.Bytes,
            (password, data) => cipher.Decrypt(kdf.Derive(password, keyBytes), iv, data))
        {
            Iterations = kdf.Iterations,
            IsOld = cipher.IsOld,
        };
    }

    private static (byte[] Iv, int Rc2Bits) ReadVector(AsnReader encryption, BlockCipher cipher)
    {
        if (cipher.KeyBytes != 0) return (encryption.ReadOctetString(), 0);
        // RC2-CBC-Parameter (RFC 8018, B.2.3): a coded key length, then the vector.
        var parameters = encryption.ReadSequence();
        var bits = 32;
        if (parameters.PeekTag().HasSameClassAndValue(Asn1Tag.Integer) && parameters.TryReadInt32(out var version))
            bits = version switch { 160 => 40, 120 => 64, 58 => 128, >= 256 and <= 1024 => version, _ => throw new AsnContentException() };
        return (parameters.ReadOctetString(), bits);
    }
}

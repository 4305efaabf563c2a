using System.Formats.Asn1;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Signers;

namespace Cluster.Pki.Keys;

/// <summary>Parameters of RSASSA-PSS (RFC 4055, 3.1), of a signature or of a key that is restricted to them.</summary>
/// <param name="Digest">Object identifier of the digest of the data.</param>
/// <param name="MaskDigest">Object identifier of the digest of MGF1.</param>
/// <param name="SaltLength">Length of the salt in bytes; of a key the least that it allows.</param>
internal sealed record PssParameters(string Digest, string MaskDigest, int SaltLength)
{
    private const string Sha1 = "1.3.14.3.2.26";
    private const string Sha256 = "2.16.840.1.101.3.4.2.1";
    private const string Mgf1 = "1.2.840.113549.1.1.8";

    /// <summary>What is used with a key that restricts nothing.</summary>
    public static PssParameters Usual { get; } = new(Sha256, Sha256, 32);

    /// <summary>Reads the parameters of an AlgorithmIdentifier.</summary>
    /// <returns>Null when it has none, or none that are known.</returns>
    public static PssParameters? TryRead(ReadOnlyMemory<byte> identifier)
    {
        try
        {
            var reader = new AsnReader(identifier, AsnEncodingRules.BER).ReadSequence();
            if (reader.ReadObjectIdentifier() != Oids.RsaPss || !reader.HasData) return null;
            var parameters = reader.ReadSequence();
            var digest = Member(parameters, 0) is { } hash ? hash.ReadSequence().ReadObjectIdentifier() : Sha1;
            var mask = Member(parameters, 1) is { } generation ? Mask(generation.ReadSequence()) : Sha1;
            var salt = 20;
            if (Member(parameters, 2) is { } length && !length.TryReadInt32(out salt)) return null;
            return MakeDigest(digest) is null || mask is null || MakeDigest(mask) is null || salt is < 0 or > 2048
                ? null
                : new PssParameters(digest, mask, salt);
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    /// <summary>Writes the AlgorithmIdentifier of a signature with these parameters.</summary>
    public byte[] ToIdentifier()
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(Oids.RsaPss);
            using (writer.PushSequence())
            {
                if (Digest != Sha1)
                    using (writer.PushSequence(Tag(0))) WriteDigest(writer, Digest);
                if (MaskDigest != Sha1)
                {
                    using (writer.PushSequence(Tag(1)))
                    using (writer.PushSequence())
                    {
                        writer.WriteObjectIdentifier(Mgf1);
                        WriteDigest(writer, MaskDigest);
                    }
                }

                if (SaltLength != 20)
                    using (writer.PushSequence(Tag(2))) writer.WriteInteger(SaltLength);
            }
        }

        return writer.Encode();
    }

    /// <summary>A signer or verifier with these parameters.</summary>
    public ISigner ToSigner() => new PssSigner(new RsaBlindedEngine(), MakeDigest(Digest)!, MakeDigest(MaskDigest)!, SaltLength);

    private static IDigest? MakeDigest(string oid) => oid switch
    {
        Sha1 => new Sha1Digest(),
        "2.16.840.1.101.3.4.2.4" => new Sha224Digest(),
        Sha256 => new Sha256Digest(),
        "2.16.840.1.101.3.4.2.2" => new Sha384Digest(),
        "2.16.840.1.101.3.4.2.3" => new Sha512Digest(),
        "2.16.840.1.101.3.4.2.5" => new Sha512tDigest(224),
        "2.16.840.1.101.3.4.2.6" => new Sha512tDigest(256),
        _ => null,
    };

    private static void WriteDigest(AsnWriter writer, string oid)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(oid);
            writer.WriteNull();
        }
    }

    private static string? Mask(AsnReader generation) =>
        generation.ReadObjectIdentifier() == Mgf1 ? generation.ReadSequence().ReadObjectIdentifier() : null;

    private static AsnReader? Member(AsnReader parameters, int number) =>
        parameters.HasData && parameters.PeekTag().HasSameClassAndValue(Tag(number)) ? parameters.ReadSequence(Tag(number)) : null;

    private static Asn1Tag Tag(int number) => new(TagClass.ContextSpecific, number);
}

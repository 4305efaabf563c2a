using System.Formats.Asn1;
using System.Security.Cryptography;

namespace Cluster.Pki.Tests.Corpus;

/// <summary>A signed certificate whose every field can be wrong: no program writes such ones.</summary>
internal sealed record RawCertificate
{
    private const string EcdsaSha256 = "1.2.840.10045.4.3.2";
    private static readonly Asn1Tag Zero = new(TagClass.ContextSpecific, 0);

    /// <summary>The number in the version field: 2 stands for version 3; null = the field is absent.</summary>
    public int? Version { get; init; } = 2;

    public byte[] Serial { get; init; } = [1, 2, 3];

    public string InnerAlgorithm { get; init; } = EcdsaSha256;

    public byte[] Issuer { get; init; } = Name("Issuer");

    public byte[] Subject { get; init; } = Name("mx.example.org");

    public DateTimeOffset NotBefore { get; init; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public DateTimeOffset NotAfter { get; init; } = new(2027, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Extensions: identifier, critical, content.</summary>
    public IReadOnlyList<(string Oid, bool Critical, byte[] Content)> Extensions { get; init; } = [Names("mx.example.org")];

    /// <summary>A subjectAltName with DNS names, as bytes of Latin-1.</summary>
    public static (string Oid, bool Critical, byte[] Content) Names(params string[] hosts)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            foreach (var host in hosts)
                writer.WriteOctetString(System.Text.Encoding.Latin1.GetBytes(host), new Asn1Tag(TagClass.ContextSpecific, 2));
        }

        return ("2.5.29.17", false, writer.Encode());
    }

    /// <summary>A name with a CN, or without any part.</summary>
    public static byte[] Name(string? commonName)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            if (commonName is not null)
            {
                using (writer.PushSetOf())
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier("2.5.4.3");
                    writer.WriteCharacterString(UniversalTagNumber.UTF8String, commonName);
                }
            }
        }

        return writer.Encode();
    }

    /// <summary>The certificate in DER, signed by a new key.</summary>
    public byte[] Sign()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var body = Body(key);
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteEncodedValue(body);
            WriteAlgorithm(writer, EcdsaSha256);
            writer.WriteBitString(key.SignData(body, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
        }

        return writer.Encode();
    }

    private byte[] Body(ECDsa key)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            if (Version is { } version)
                using (writer.PushSequence(Zero)) writer.WriteInteger(version);
            writer.WriteInteger(Serial);
            WriteAlgorithm(writer, InnerAlgorithm);
            writer.WriteEncodedValue(Issuer);
            using (writer.PushSequence())
            {
                writer.WriteUtcTime(NotBefore);
                writer.WriteUtcTime(NotAfter);
            }

            writer.WriteEncodedValue(Subject);
            writer.WriteEncodedValue(key.ExportSubjectPublicKeyInfo());
            if (Extensions.Count > 0)
            {
                using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 3)))
                using (writer.PushSequence())
                    foreach (var extension in Extensions) Write(writer, extension);
            }
        }

        return writer.Encode();
    }

    private static void Write(AsnWriter writer, (string Oid, bool Critical, byte[] Content) extension)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(extension.Oid);
            if (extension.Critical) writer.WriteBoolean(true);
            writer.WriteOctetString(extension.Content);
        }
    }

    private static void WriteAlgorithm(AsnWriter writer, string oid)
    {
        using (writer.PushSequence()) writer.WriteObjectIdentifier(oid);
    }
}

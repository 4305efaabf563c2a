using System.Formats.Asn1;
using System.Security.Cryptography;
using Cluster.Pki.Containers;
using Cluster.Pki.Keys;
using Shouldly;
using Xunit;

namespace Cluster.Pki.Tests.Keys;

/// <summary>EC keys whose private number has not the length that RFC 5915 demands, as GnuTLS writes them.</summary>
public sealed class EcScalarTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public void A_number_with_a_leading_zero_too_many_or_too_few_is_read(int zeros)
    {
        var (sec1, expected) = Odd(zeros);
        using var read = CertificateReader.Read(sec1);
        read.PrivateKeys.ShouldHaveSingleItem().PublicKeySha256.ShouldBe(expected);

        using var key = PrivateKeyMaterial.TryReadPkcs8(InPkcs8(sec1));
        key.ShouldNotBeNull().PublicKeySha256.ShouldBe(expected);
        key.Sign([1, 2, 3]).ShouldNotBeEmpty();
    }

    private static (byte[] Sec1, string PublicKeySha256) Odd(int zeros)
    {
        while (true)
        {
            using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var number = ec.ExportParameters(true).D!;
            if (zeros < 0 && number[0] != 0) continue;
            var writer = new AsnWriter(AsnEncodingRules.DER);
            using (writer.PushSequence())
            {
                writer.WriteInteger(1);
                writer.WriteOctetString(zeros > 0 ? [0, .. number] : number[1..]);
                using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0))) writer.WriteObjectIdentifier("1.2.840.10045.3.1.7");
            }

            return (writer.Encode(), Convert.ToHexStringLower(SHA256.HashData(ec.ExportSubjectPublicKeyInfo())));
        }
    }

    private static byte[] InPkcs8(byte[] sec1)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(0);
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier("1.2.840.10045.2.1");
                writer.WriteObjectIdentifier("1.2.840.10045.3.1.7");
            }

            writer.WriteOctetString(sec1);
        }

        return writer.Encode();
    }
}

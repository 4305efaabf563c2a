using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Text;
using Cluster.Pki.Containers;
using Cluster.Pki.Keys;
using Cluster.Pki.Requests;
using Cluster.Pki.Tests.Corpus;
using Cluster.Testing.Authorities;
using Shouldly;
using Xunit;

namespace Cluster.Pki.Tests.Containers;

/// <summary>Whatever a file holds, reading it costs less than five seconds of a processor; what today's programs write is read.</summary>
[Collection(nameof(ForeignFiles))]
public sealed class ReaderCostTests(ForeignFiles files)
{
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(5);

    [Theory]
    [InlineData("heavy-3des.p12")]
    [InlineData("million.p12")]
    public void Files_with_the_iterations_of_today_are_read(string file)
    {
        var time = ThreadTime.Of(() =>
        {
            using var read = CertificateReader.Read(files.Read(file), ForeignFiles.Password);
            read.Problems.ShouldBeEmpty();
            (read.PrivateKeys.Count, read.Certificates.Count).ShouldBe((1, 2));
        });
        Show(file, time);
        time.ShouldBeLessThan(Most);
        ThreadTime.Of(() =>
        {
            using var read = CertificateReader.Read(files.Read(file), "wrong", "another", "a third");
            read.Problems[0].Code.ShouldBe(ReadProblem.WrongPassword);
        }).ShouldBeLessThan(Most);
    }

    public static TheoryData<string> Kinds =>
    [
        "RSA keys", "EC keys of 521 bits", "requests with a large exponent", "encrypted keys", "certificates", "labels", "dashes", "spaces",
    ];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Text_with_thousands_of_blocks_is_answered_in_time(string kind)
    {
        var block = kind switch
        {
            "RSA keys" => Pem("PRIVATE KEY", Key(KeySpecification.Rsa2048)),
            "EC keys of 521 bits" => Pem("PRIVATE KEY", Key(KeySpecification.EcP521)),
            "requests with a large exponent" => Pem("CERTIFICATE REQUEST", HeavyRequest()),
            "encrypted keys" => Encoding.ASCII.GetString(files.Read("p8-aes-256-cbc.key")),
            "certificates" => Encoding.ASCII.GetString(files.Read("rsa.pem")),
            "labels" => "-----BEGIN A-----\n-----END B-----\n",
            "dashes" => "-----BEGIN CERTIFICATE-----\nEND CERTIFICATE END CERTIFICATE ",
            _ => $"-----BEGIN CERTIFICATE-----{new string(' ', 5_000)}END CERTIFICATE",
        };
        var text = new StringBuilder();
        while (text.Length + block.Length < CertificateReader.MaximumSize) text.Append(block);
        var data = Encoding.ASCII.GetBytes(text.ToString());
        var time = ThreadTime.Of(() =>
        {
            using var read = CertificateReader.Read(data, new string('p', 200), "wrong");
            read.Problems.ShouldNotBeEmpty();
        });
        Show(kind, time);
        time.ShouldBeLessThan(Most);
    }

    [Theory]
    [InlineData("legacy.p12")]
    [InlineData("modern.p12")]
    public void A_large_safe_and_long_passwords_are_answered_in_time(string file)
    {
        // The safe grows, its encryption does not come out any more: each password is tried on all of it.
        var time = ThreadTime.Of(() =>
        {
            var key = Encoding.ASCII.GetString(files.Read("p8-PBE-SHA1-3DES.key"));
            var large = Pem("ENCRYPTED PRIVATE KEY", Enlarged(key));
            using var read = CertificateReader.Read(Encoding.ASCII.GetBytes(large), "one", "two", "thrée", "four");
            read.HasContent.ShouldBeFalse();
            using var again = CertificateReader.Read(files.Read(file), new string('x', 3_000_000), new string('ü', 2_000_000));
            again.HasContent.ShouldBeFalse();
        });
        Show(file, time);
        time.ShouldBeLessThan(Most);
    }

    [Fact]
    public void Two_thousand_certificates_are_read()
    {
        using var ca = new TestCa();
        var text = string.Concat(Enumerable.Repeat(ca.Root.ToPem(), 1_900));
        using var read = CertificateReader.Read(Encoding.ASCII.GetBytes(text));
        read.Problems.ShouldBeEmpty();
        read.Certificates.Count.ShouldBe(1_900);
    }

    private static void Show(string what, TimeSpan time) =>
        TestContext.Current.TestOutputHelper?.WriteLine($"{what}: {time.TotalMilliseconds:0} ms of processor time");

    private static string Pem(string label, byte[] data) => PemEncoding.WriteString(label, data) + "\n";

    private static byte[] Key(KeySpecification kind)
    {
        using var key = PrivateKeyMaterial.Generate(kind);
        return key.ExportPkcs8();
    }

    /// <summary>A PKCS#8 with eight MiB of encrypted bytes.</summary>
    private static byte[] Enlarged(string pem)
    {
        var fields = PemEncoding.Find(pem);
        var info = new AsnReader(Convert.FromBase64String(pem[fields.Base64Data]), AsnEncodingRules.DER).ReadSequence();
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteEncodedValue(info.ReadEncodedValue().Span);
            writer.WriteOctetString(new byte[7 * 1024 * 1024]);
        }

        return writer.Encode();
    }

    /// <summary>A request with a key of 3,072 bits whose exponent is as long: the most that OpenSSL calculates with.</summary>
    private static byte[] HeavyRequest()
    {
        using var key = PrivateKeyMaterial.Generate(KeySpecification.Rsa3072);
        var numbers = new AsnWriter(AsnEncodingRules.DER);
        var modulus = new byte[384];
        Array.Fill(modulus, (byte)0xFF);
        using (numbers.PushSequence())
        {
            numbers.WriteIntegerUnsigned(modulus);
            numbers.WriteIntegerUnsigned([0xEF, .. modulus[1..]]);
        }

        var request = new AsnReader(SigningRequests.CreateForIdentity(key, "m").Der, AsnEncodingRules.DER).ReadSequence();
        var body = request.ReadSequence();
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                writer.WriteEncodedValue(body.ReadEncodedValue().Span);
                writer.WriteEncodedValue(body.ReadEncodedValue().Span);
                using (writer.PushSequence())
                {
                    writer.WriteEncodedValue(body.ReadSequence().ReadEncodedValue().Span);
                    writer.WriteBitString(numbers.Encode());
                }

                writer.WriteEncodedValue(body.ReadEncodedValue().Span);
            }

            while (request.HasData) writer.WriteEncodedValue(request.ReadEncodedValue().Span);
        }

        return writer.Encode();
    }
}

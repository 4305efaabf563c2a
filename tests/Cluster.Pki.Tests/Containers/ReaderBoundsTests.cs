using System.Diagnostics;
using System.Formats.Asn1;
using System.Text;
using Cluster.Pki.Containers;
using Cluster.Pki.Keys;
using Cluster.Testing.Authorities;
using Shouldly;
using Xunit;

namespace Cluster.Pki.Tests.Containers;

public sealed class ReaderBoundsTests
{
    [Fact]
    public void Too_much_data_is_refused_unread() => Code(new byte[CertificateReader.MaximumSize + 1]).ShouldBe(ReadProblem.TooLarge);

    [Fact]
    public void Nothing_is_empty() => Code([]).ShouldBe(ReadProblem.Empty);

    [Fact]
    public void An_empty_container_is_told_from_a_damaged_one() => Code(CertificateWriter.Pkcs7([])).ShouldBe(ReadProblem.NothingInside);

    [Theory]
    [InlineData("hello")]
    [InlineData("<!DOCTYPE html><html>")]
    [InlineData("PK\u0003\u0004")]
    public void Other_files_are_unknown(string text) => Code(Encoding.ASCII.GetBytes(text)).ShouldBe(ReadProblem.UnknownFormat);

    [Fact]
    public void A_million_iterations_too_many_are_not_begun()
    {
        using var ca = new TestCa();
        using var key = PrivateKeyMaterial.Generate(KeySpecification.EcP256);
        var file = CertificateWriter.Pkcs12(key, [ca.IssueFor(key.Public, "a.example.org")], "a", "secret", Pkcs12Profile.Modern);
        // 100,000 as an INTEGER becomes a number of the same length, eight million.
        var patched = Replace(file, [0x02, 0x03, 0x01, 0x86, 0xA0], [0x02, 0x03, 0x7F, 0xFF, 0xFF]);
        var watch = Stopwatch.StartNew();
        Code(patched, "secret").ShouldBe(ReadProblem.TooExpensive);
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void Deep_nesting_costs_nothing()
    {
        var deep = new byte[1_000_000];
        for (var i = 0; i < deep.Length; i += 2) (deep[i], deep[i + 1]) = (0x30, 0x80);
        var watch = Stopwatch.StartNew();
        Code(deep).ShouldBe(ReadProblem.Damaged);
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void Ten_thousand_blocks_stop_at_the_bound()
    {
        using var ca = new TestCa();
        var text = string.Concat(Enumerable.Repeat(ca.Root.ToPem(), 5_000));
        using var read = CertificateReader.Read(Encoding.ASCII.GetBytes(text));
        read.Problems.ShouldContain(p => p.Code == ReadProblem.TooExpensive);
        read.Certificates.Count.ShouldBeLessThan(4_000);
    }

    [Fact]
    public void Pbmac1_is_named_instead_of_blaming_the_password()
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(3);
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier("1.2.840.113549.1.7.1");
                using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0))) writer.WriteOctetString([0x30, 0x00]);
            }

            using (writer.PushSequence())
            {
                using (writer.PushSequence())
                {
                    using (writer.PushSequence()) writer.WriteObjectIdentifier("1.2.840.113549.1.5.14");
                    writer.WriteOctetString(new byte[32]);
                }

                writer.WriteOctetString(new byte[8]);
                writer.WriteInteger(2048);
            }
        }

        using var read = CertificateReader.Read(writer.Encode(), "secret");
        var problem = read.Problems.ShouldHaveSingleItem();
        problem.Code.ShouldBe(ReadProblem.UnsupportedAlgorithm);
        problem.Message.ShouldContain("PBMAC1");
    }

    [Fact]
    public void A_forced_format_must_fit()
    {
        using var ca = new TestCa();
        using var read = CertificateReader.Read(ca.Root.Der, new ReadOptions { Format = ContainerKind.Pkcs12 });
        read.Problems.ShouldHaveSingleItem().Code.ShouldBe(ReadProblem.UnknownFormat);
        using var pem = CertificateReader.Read(Encoding.ASCII.GetBytes(ca.Root.ToPem()), new ReadOptions { Format = ContainerKind.Pem });
        pem.Certificates.Count.ShouldBe(1);
    }

    private static string Code(byte[] data, params string[] passwords)
    {
        using var read = CertificateReader.Read(data, passwords);
        read.HasContent.ShouldBeFalse();
        return read.Problems.ShouldHaveSingleItem().Code;
    }

    private static byte[] Replace(byte[] data, byte[] from, byte[] to)
    {
        var result = (byte[])data.Clone();
        for (var at = result.AsSpan().IndexOf(from); at >= 0; at = result.AsSpan().IndexOf(from)) to.CopyTo(result.AsSpan(at));
        return result;
    }
}

using System.Diagnostics;
using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using Cluster.Pki.Containers;
using Cluster.Pki.Keys;
using Cluster.Pki.Tests.Corpus;
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
    public void As_many_iterations_as_are_worked_through_take_seconds()
    {
        using var ca = new TestCa();
        using var key = PrivateKeyMaterial.Generate(KeySpecification.EcP256);
        var file = CertificateWriter.Pkcs12(key, [ca.IssueFor(key.Public, "a.example.org")], "a", "secret", Pkcs12Profile.Modern);
        // Nearly the whole budget, and the first password is a wrong one.
        var time = ThreadTime.Of(() => Code(
            Replace(file, [0x02, 0x03, 0x01, 0x86, 0xA0], [0x02, 0x03, 0x2D, 0xC6, 0xBF]), "secret").ShouldBe(ReadProblem.WrongPassword));
        TestContext.Current.TestOutputHelper?.WriteLine($"{time.TotalMilliseconds:0} ms of processor time");
        time.ShouldBeLessThan(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void A_curve_that_is_not_known_is_named()
    {
        using var key = PrivateKeyMaterial.Generate(KeySpecification.EcP256);
        using var ec = ECDsa.Create();
        ec.ImportPkcs8PrivateKey(key.ExportPkcs8(), out _);
        byte[] known = [0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07];
        byte[] unknown = [0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x7F];
        foreach (var file in (byte[][])[key.ExportPkcs8(), ec.ExportECPrivateKey()])
        {
            using var read = CertificateReader.Read(Replace(file, known, unknown));
            var problem = read.Problems.ShouldHaveSingleItem();
            problem.Code.ShouldBe(ReadProblem.UnsupportedAlgorithm);
            problem.Message.ShouldContain("1.2.840.10045.3.1.127");
        }
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
    public void A_key_that_is_too_large_is_told_from_a_damaged_one() => Code(Rsa(16 * 1024)).ShouldBe(ReadProblem.UnsupportedAlgorithm);

    [Theory]
    [MemberData(nameof(Hostile))]
    public void Hostile_files_cost_little_time_and_memory(string name, Func<byte[]> make)
    {
        var data = make();
        var (watch, before) = (Stopwatch.StartNew(), GC.GetAllocatedBytesForCurrentThread());
        using var read = CertificateReader.Read(data, "secret");
        // Whoever repairs a chain verifies signatures.
        read.Certificates.ShouldAllBe(c => !c.IsSelfSigned);
        var (time, memory) = (watch.Elapsed, GC.GetAllocatedBytesForCurrentThread() - before);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{name}: {data.Length / 1024} KiB, {time.TotalMilliseconds:0} ms, {memory / 1024} KiB allocated");
        (read.Problems.Count + read.Notes.Count).ShouldBePositive();
        time.ShouldBeLessThan(TimeSpan.FromSeconds(5));
        // Text doubles as UTF-16, and each layer of a container is a copy.
        memory.ShouldBeLessThan((16L * data.Length) + (64L * 1024 * 1024));
    }

    public static TheoryData<string, Func<byte[]>> Hostile => new([
        ("begins without end", () => Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("-----BEGIN A-----", Large / 17)))),
        ("begins without dashes", () => Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("-----BEGIN ", Large / 11)))),
        (
            "headers without data",
            () => Encoding.ASCII.GetBytes(
                "-----BEGIN A-----\n" + string.Concat(Enumerable.Repeat("a: b\n", Large / 5)) + "-----END A-----\n")),
        ("one long line", () => Encoding.ASCII.GetBytes($"-----BEGIN A-----\n{new string('A', Large / 4 * 4)}\n-----END A-----\n")),
        ("indefinite lengths", () => [.. Enumerable.Repeat((byte[])[0x30, 0x80], Large / 2).SelectMany(b => b)]),
        ("many empty bags", () => ClearPfx([.. Enumerable.Repeat((byte[])[0x30, 0x00], Large / 2).SelectMany(b => b)])),
        ("an RSA key of a quarter of a million bits", () => Rsa(16 * 1024)),
        ("a DSA certificate of a million bits", () => SelfSignedDsa(128 * 1024)),
        ("zeros", () => new byte[Large]),
    ]);

    private const int Large = 9 * 1024 * 1024;

    /// <summary>
    /// A key that is sound at first sight: n is p times q, and only a test of primality, which takes minutes, finds that they are
    /// no primes.
    /// </summary>
    private static byte[] Rsa(int bytes)
    {
        var random = new Random(1);
        var (p, q) = (NoSmallFactor(), NoSmallFactor());
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(0);
            foreach (var number in (BigInteger[])[p * q, 65537, p * q - 2, p, q, p - 2, q - 2, p - 2]) writer.WriteInteger(number);
        }

        return writer.Encode();

        BigInteger NoSmallFactor()
        {
            var number = new byte[bytes];
            random.NextBytes(number);
            number[0] |= 1;
            number[^1] = 0x7F;
            var candidate = new BigInteger(number);
            while (Enumerable.Range(2, 5_000).Any(d => candidate % d == 0)) candidate += 2;
            return candidate;
        }
    }

    private static byte[] ClearPfx(byte[] bags)
    {
        var zero = new Asn1Tag(TagClass.ContextSpecific, 0);
        var (safes, list) = (new AsnWriter(AsnEncodingRules.DER), new AsnWriter(AsnEncodingRules.DER));
        using (list.PushSequence()) list.WriteEncodedValue(Sequence(Data(Sequence(bags))));
        using (safes.PushSequence())
        {
            safes.WriteInteger(3);
            safes.WriteEncodedValue(Sequence(Data(list.Encode())));
        }

        return safes.Encode();

        static byte[] Sequence(byte[] content)
        {
            var writer = new AsnWriter(AsnEncodingRules.DER);
            using (writer.PushSequence())
            {
                for (ReadOnlyMemory<byte> rest = content; !rest.IsEmpty;)
                {
                    var value = new AsnReader(rest, AsnEncodingRules.BER).PeekEncodedValue();
                    writer.WriteEncodedValue(value.Span);
                    rest = rest[value.Length..];
                }
            }

            return writer.Encode();
        }

        byte[] Data(byte[] content)
        {
            var (identifier, value) = (new AsnWriter(AsnEncodingRules.DER), new AsnWriter(AsnEncodingRules.DER));
            identifier.WriteObjectIdentifier("1.2.840.113549.1.7.1");
            using (value.PushSequence(zero)) value.WriteOctetString(content);
            return [.. identifier.Encode(), .. value.Encode()];
        }
    }

    private static byte[] Number(byte[] number)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        writer.WriteInteger(number);
        return writer.Encode();
    }

    /// <summary>A certificate whose key and signature are numbers that nobody should calculate with.</summary>
    private static byte[] SelfSignedDsa(int bytes)
    {
        var number = new byte[bytes];
        Array.Fill(number, (byte)0x5B);
        var (key, algorithm, body, whole) = (
            new AsnWriter(AsnEncodingRules.DER),
            new AsnWriter(AsnEncodingRules.DER),
            new AsnWriter(AsnEncodingRules.DER),
            new AsnWriter(AsnEncodingRules.DER));
        using (key.PushSequence())
        {
            using (key.PushSequence())
            {
                key.WriteObjectIdentifier("1.2.840.10040.4.1");
                using (key.PushSequence())
                {
                    key.WriteInteger(number);
                    key.WriteInteger(number);
                    key.WriteInteger(number.AsSpan(1));
                }
            }

            key.WriteBitString(Number(number));
        }

        using (algorithm.PushSequence()) algorithm.WriteObjectIdentifier("2.16.840.1.101.3.4.3.2");
        using (body.PushSequence())
        {
            using (body.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0))) body.WriteInteger(2);
            body.WriteInteger(1);
            body.WriteEncodedValue(algorithm.Encode());
            body.WriteEncodedValue([0x30, 0x00]);
            using (body.PushSequence())
            {
                body.WriteUtcTime(TimeProvider.System.GetUtcNow());
                body.WriteUtcTime(TimeProvider.System.GetUtcNow().AddDays(1));
            }

            body.WriteEncodedValue([0x30, 0x00]);
            body.WriteEncodedValue(key.Encode());
        }

        using (whole.PushSequence())
        {
            whole.WriteEncodedValue(body.Encode());
            whole.WriteEncodedValue(algorithm.Encode());
            whole.WriteBitString([0x30, 0x06, 0x02, 0x01, 0x03, 0x02, 0x01, 0x02]);
        }

        // Trailing bytes, so that there is something to report although it is well formed.
        return [.. whole.Encode(), 1];
    }

    [Fact]
    public void More_iterations_than_a_number_holds_are_too_many_not_damage()
    {
        Code(WithMac("2.16.840.1.101.3.4.2.1", BigInteger.Pow(2, 40)), "secret").ShouldBe(ReadProblem.TooExpensive);
        Code(WithMac("2.16.840.1.101.3.4.2.1", BigInteger.Pow(2, 80_000)), "secret").ShouldBe(ReadProblem.TooExpensive);
        Code(WithMac("2.16.840.1.101.3.4.2.1", -1), "secret").ShouldBe(ReadProblem.Damaged);
    }

    private static byte[] WithMac(string oid, BigInteger iterations)
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
                    using (writer.PushSequence()) writer.WriteObjectIdentifier(oid);
                    writer.WriteOctetString(new byte[32]);
                }

                writer.WriteOctetString(new byte[8]);
                writer.WriteInteger(iterations);
            }
        }

        return writer.Encode();
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

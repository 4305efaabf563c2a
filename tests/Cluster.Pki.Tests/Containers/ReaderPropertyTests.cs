using System.Diagnostics;
using System.Text;
using Cluster.Pki.Certificates;
using Cluster.Pki.Containers;
using Cluster.Pki.Keys;
using Cluster.Pki.Requests;
using Cluster.Testing.Authorities;
using CsCheck;
using Shouldly;
using Xunit;

namespace Cluster.Pki.Tests.Containers;

public sealed class ReaderPropertyTests : IDisposable
{
    private readonly TestCa ca = new();
    private readonly PrivateKeyMaterial key = PrivateKeyMaterial.Generate(KeySpecification.EcP256);
    private readonly List<byte[]> seeds;

    public ReaderPropertyTests()
    {
        var leaf = ca.IssueFor(key.Public, "mx.example.org");
        CertificateInfo[] chain = [leaf, ca.Intermediate];
        seeds =
        [
            leaf.Der.ToArray(),
            key.ExportPkcs8(),
            SigningRequests.CreateForIdentity(key, "m").Der.ToArray(),
            CertificateWriter.Pkcs7(chain),
            CertificateWriter.Pkcs12(key, chain, "name", "secret", Pkcs12Profile.Legacy),
            Encoding.ASCII.GetBytes(CertificateWriter.Pem(chain) + key.ExportPem()),
        ];
    }

    [Fact]
    public void The_reader_answers_any_mutation_with_a_value_and_in_time()
    {
        var mutation = Gen.Select(Gen.Int[0, seeds.Count - 1], Gen.Int[0, 1 << 16].Array[1, 6], Gen.Byte.Array[1, 6], Gen.Int[0, 3]);
        mutation.Sample(
            m =>
            {
                var (seed, positions, values, kind) = m;
                var data = Mutate(seeds[seed], positions, values, kind);
                var watch = Stopwatch.StartNew();
                using var read = CertificateReader.Read(data, "secret");
                return (read.HasContent || read.Problems.Count > 0) && watch.Elapsed < TimeSpan.FromSeconds(20);
            },
            iter: 4_000,
            threads: 1);
    }

    [Fact]
    public void The_reader_answers_any_bytes()
    {
        Gen.Byte.Array[0, 300].Sample(
            data =>
            {
                using var read = CertificateReader.Read(data, "secret");
                return read.Problems.Count > 0;
            },
            iter: 3_000,
            threads: 1);
    }

    [Fact]
    public void Export_and_import_are_the_identity()
    {
        var leaf = ca.IssueFor(key.Public, "mx.example.org");
        Gen.Select(Gen.String[0, 20], Gen.Bool, Gen.String[Gen.Char['a', 'z'], 1, 30]).Sample(
            t =>
            {
                var (password, legacy, name) = (t.Item1.Replace("\0", string.Empty, StringComparison.Ordinal), t.Item2, t.Item3);
                if (password.Any(char.IsSurrogate)) password = "lone surrogates have no bytes";
                var file = CertificateWriter.Pkcs12(
                    key, [leaf, ca.Intermediate], name, password, legacy ? Pkcs12Profile.Legacy : Pkcs12Profile.Modern);
                using var read = CertificateReader.Read(file, password);
                return read.Problems.Count == 0 && read.Certificates.SequenceEqual([leaf, ca.Intermediate])
                    && read.PrivateKeys.Single().ExportPkcs8().AsSpan().SequenceEqual(key.ExportPkcs8())
                    && read.FriendlyNames[leaf.Sha256] == name;
            },
            iter: 30,
            threads: 1);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Export_and_import_are_the_identity_for_every_kind_of_key_and_every_form(KeyAlgorithm algorithm, int size)
    {
        using var key = PrivateKeyMaterial.Generate(new KeySpecification(algorithm, size));
        CertificateInfo[] chain = [ca.IssueFor(key.Public, "mx.example.org"), ca.Intermediate];
        byte[][] files =
        [
            CertificateWriter.Pkcs12(key, chain, "mx", "secret", Pkcs12Profile.Modern),
            CertificateWriter.Pkcs12(key, chain, "mx", "secret", Pkcs12Profile.Legacy),
            Encoding.ASCII.GetBytes(CertificateWriter.Pem(chain) + key.ExportPem()),
            Encoding.ASCII.GetBytes(key.ExportPem() + CertificateWriter.Pkcs7Pem(chain)),
        ];
        foreach (var file in files)
        {
            using var read = CertificateReader.Read(file, "secret");
            read.Problems.ShouldBeEmpty();
            read.Certificates.ShouldBe(chain);
            read.PrivateKeys.ShouldHaveSingleItem().ExportPkcs8().ShouldBe(key.ExportPkcs8());
        }
    }

    public static TheoryData<KeyAlgorithm, int> Kinds => new(KeySpecification.All.Select(k => (k.Algorithm, k.Size)));

    public void Dispose()
    {
        ca.Dispose();
        key.Dispose();
    }

    private static byte[] Mutate(byte[] seed, int[] positions, byte[] values, int kind)
    {
        var data = (byte[])seed.Clone();
        for (var i = 0; i < positions.Length; i++) data[positions[i] % data.Length] = values[i % values.Length];
        return kind switch
        {
            0 => data,
            1 => data[..(positions[0] % data.Length)],
            2 => [.. data, .. data],
            _ => [.. data[..(positions[0] % data.Length)], .. values, .. data[(positions[0] % data.Length)..]],
        };
    }
}

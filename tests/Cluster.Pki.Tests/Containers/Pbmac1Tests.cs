using Cluster.Pki.Containers;
using Cluster.Pki.Keys;
using Cluster.Pki.Tests.Corpus;
using Cluster.Testing.Authorities;
using Shouldly;
using Xunit;

namespace Cluster.Pki.Tests.Containers;

/// <summary>PKCS#12 whose integrity is PBMAC1 (RFC 9579), as OpenSSL from 3.4 and GnuTLS from 3.8.8 on write it.</summary>
public sealed class Pbmac1Tests : IDisposable
{
    private readonly TestCa ca = new();
    private readonly PrivateKeyMaterial key = PrivateKeyMaterial.Generate(KeySpecification.EcP256);

    public static TheoryData<string, string> Digests =>
        [.. from prf in Pfx.Hmacs.Keys from mac in Pfx.Hmacs.Keys where prf == mac || prf == "SHA-256" select (prf, mac)];

    [Theory]
    [MemberData(nameof(Digests))]
    public void It_is_read_with_every_digest(string prf, string mac)
    {
        var file = Pfx.WithPbmac1OnFile(Plain("secret"), "secret", prf, mac, 32, 2048);
        using (var read = CertificateReader.Read(file, "secret"))
        {
            read.Problems.ShouldBeEmpty();
            read.PrivateKeys.Count.ShouldBe(1);
            read.Containers[0].Detail.ShouldContain($"PBMAC1 HMAC-{mac}");
        }

        Code(file, "wrong").ShouldBe(ReadProblem.WrongPassword);
        Code(file).ShouldBe(ReadProblem.MissingPassword);
    }

    [Fact]
    public void Its_password_is_UTF_8()
    {
        using var read = CertificateReader.Read(
            Pfx.WithPbmac1OnFile(Plain("Grüße-ключ"), "Grüße-ключ", "SHA-256", "SHA-256", 32, 2048), "Grüße-ключ");
        read.PrivateKeys.Count.ShouldBe(1);
    }

    [Fact]
    public void Without_the_length_of_its_key_it_is_refused_as_the_standard_says()
    {
        var file = Pfx.WithPbmac1OnFile(Plain("secret"), "secret", "SHA-256", "SHA-256", null, 2048);
        using var read = CertificateReader.Read(file, "secret");
        var problem = read.Problems.ShouldHaveSingleItem();
        problem.Code.ShouldBe(ReadProblem.UnsupportedAlgorithm);
        problem.Message.ShouldContain("the length of its key");
    }

    [Fact]
    public void An_altered_file_is_not_read()
    {
        var file = Pfx.WithPbmac1OnFile(Plain("secret"), "secret", "SHA-512", "SHA-512", 64, 2048);
        file[file.Length / 2] ^= 1;
        Code(file, "secret").ShouldBe(ReadProblem.WrongPassword);
    }

    public void Dispose()
    {
        key.Dispose();
        ca.Dispose();
    }

    private byte[] Plain(string password) =>
        CertificateWriter.Pkcs12(key, [ca.IssueFor(key.Public, "a.example.org")], "a", password, Pkcs12Profile.Modern);

    private static string? Code(byte[] file, params string[] passwords)
    {
        using var read = CertificateReader.Read(file, passwords);
        read.HasContent.ShouldBeFalse();
        return read.Problems.Select(p => p.Code).FirstOrDefault();
    }
}

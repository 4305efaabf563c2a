using System.Text;
using Cluster.Pki.Certificates;
using Cluster.Pki.Containers;
using Cluster.Pki.Keys;
using Cluster.Pki.Requests;
using Cluster.Pki.Tests.Corpus;
using Cluster.Testing.Authorities;
using Shouldly;
using Xunit;

namespace Cluster.Pki.Tests.Containers;

/// <summary>Keys that are sound and rare: read, or named; never "damaged", and no word of a password that did its work.</summary>
[Collection(nameof(ForeignFiles))]
public sealed class UnusualKeysTests(ForeignFiles files)
{
    [Theory]
    [InlineData("compressed.key")]
    [InlineData("compressed-p8.key")]
    [InlineData("compressed-encrypted.key")]
    public void A_compressed_point_makes_no_other_key(string file)
    {
        using var read = CertificateReader.Read((byte[])[.. files.Read(file), .. files.Read("ec.pem")], ForeignFiles.Password);
        read.Problems.ShouldBeEmpty();
        var key = KeySelection.Select(read).Value.ShouldNotBeNull();
        read.Certificates[0].PublicKey.Verify([1, 2, 3], key.Sign([1, 2, 3])).ShouldBeTrue();
    }

    [Fact]
    public void A_certificate_with_a_compressed_point_is_named_as_that()
    {
        using var read = CertificateReader.Read((byte[])[.. files.Read("compressed.key"), .. files.Read("compressed.pem")]);
        var error = KeySelection.Select(read).Error.ShouldNotBeNull();
        error.Code.ShouldBe(ReadProblem.UnsupportedAlgorithm);
        error.Message.ShouldContain("compressed point");
        error.Hint.ShouldContain("-conv_form uncompressed");
    }

    [Theory]
    [InlineData("explicit.key", "an elliptic curve that it does not name")]
    [InlineData("three-primes.key", "RSA with more than two primes")]
    [InlineData("x25519.key", "X25519")]
    public void A_kind_that_is_not_used_here_is_named(string file, string expected)
    {
        using var read = CertificateReader.Read(files.Read(file));
        var problem = read.Problems.ShouldHaveSingleItem();
        problem.Code.ShouldBe(ReadProblem.UnsupportedAlgorithm);
        problem.Message.ShouldContain(expected);
    }

    [Theory]
    [InlineData("secp224r1.key", 224)]
    [InlineData("secp192k1.key", 192)]
    [InlineData("secp256k1.key", 256)]
    public void A_curve_that_the_platform_has_is_read(string file, int size)
    {
        using var read = CertificateReader.Read(files.Read(file));
        read.Problems.ShouldBeEmpty();
        read.PrivateKeys.ShouldHaveSingleItem().Size.ShouldBe(size);
    }

    [Fact]
    public async Task A_key_of_such_a_kind_in_an_encrypted_container_is_not_blamed_on_the_password()
    {
        using var directory = new CorpusDirectory();
        directory.Write("x.key", files.Read("x25519.key"));
        await directory.Run("openssl", "pkcs8", "-topk8", "-in", "x.key", "-passout", "pass:secret", "-out", "x-encrypted.key");
        using var read = CertificateReader.Read(directory.Read("x-encrypted.key"), "secret");
        read.Problems.ShouldHaveSingleItem().Message.ShouldContain("X25519");
    }

    [Fact]
    public void A_password_that_opens_the_rest_is_not_called_wrong()
    {
        using var ca = new TestCa();
        using var key = PrivateKeyMaterial.Generate(KeySpecification.EcP256);
        var pfx = CertificateWriter.Pkcs12(key, [ca.IssueFor(key.Public, "a.example.org")], "a", "store", Pkcs12Profile.Modern);
        var other = CertificateWriter.Pkcs12(key, [ca.IssueFor(key.Public, "a.example.org")], "a", "key", Pkcs12Profile.Modern);
        var file = Pfx.WithKeyOf(pfx, other, "store");
        using (var read = CertificateReader.Read(file, "store"))
        {
            read.Certificates.Count.ShouldBe(1);
            var problem = read.Problems.ShouldHaveSingleItem();
            problem.Code.ShouldBe(ReadProblem.MissingPassword);
            problem.Message.ShouldContain("another password");
        }

        using (var read = CertificateReader.Read(file, "store", "key")) read.PrivateKeys.Count.ShouldBe(1);
        using (var read = CertificateReader.Read(file, "neither")) read.Problems[0].Code.ShouldBe(ReadProblem.WrongPassword);
    }

    [Theory]
    [InlineData("pss", KeyAlgorithm.RsaPss, 2048)]
    [InlineData("pss384", KeyAlgorithm.RsaPss, 2048)]
    [InlineData("ed448", KeyAlgorithm.Ed448, 456)]
    public async Task Keys_that_OpenSSL_serves_come_in_sign_and_go_out(string name, KeyAlgorithm algorithm, int size)
    {
        using var read = CertificateReader.Read((byte[])[.. files.Read($"{name}.key"), .. files.Read($"{name}.pem")]);
        var key = KeySelection.Select(read).Value.ShouldNotBeNull();
        (key.Algorithm, key.Size).ShouldBe((algorithm, size));
        key.Public.Verify([1, 2], key.Sign([1, 2])).ShouldBeTrue();
        key.Public.Verify([1, 3], key.Sign([1, 2])).ShouldBeFalse();

        foreach (var profile in Enum.GetValues<Pkcs12Profile>())
        {
            using var again = CertificateReader.Read(CertificateWriter.Pkcs12(key, [read.Certificates[0]], "n", "p", profile), "p");
            again.PrivateKeys.ShouldHaveSingleItem().PublicKeySha256.ShouldBe(key.PublicKeySha256);
        }

        using var directory = new CorpusDirectory();
        directory.Write("out.p12", CertificateWriter.Pkcs12(key, [read.Certificates[0]], "n", "p", Pkcs12Profile.Modern));
        directory.Write("root.pem", files.Read("root.pem"));
        directory.Write("intermediate.pem", files.Read("intermediate.pem"));
        await directory.Run("openssl", "pkcs12", "-in", "out.p12", "-passin", "pass:p", "-nodes", "-out", "out.pem");
        await directory.Run("openssl", "verify", "-CAfile", "root.pem", "-untrusted", "intermediate.pem", "out.pem");

        RequestedNames.Check(null, ["mx.example.org"], null, out var names).ShouldBeEmpty();
        var request = SigningRequests.Create(key, names.ShouldNotBeNull());
        await Tool.Run("openssl", ["req", "-noout", "-verify"], Encoding.ASCII.GetBytes(request.ToPem()));
    }

    [Theory]
    [InlineData("pss-signed.csr")]
    [InlineData("pss-signed-short.csr")]
    [InlineData("pss384.csr")]
    public void The_signature_of_a_request_is_verified_with_PSS(string file)
    {
        SigningRequests.Read(files.Read(file)).Value.ShouldNotBeNull();
        using var read = CertificateReader.Read(files.Read(file));
        var der = read.SigningRequests.ShouldHaveSingleItem().Der.ToArray();
        der[^1] ^= 1;
        SigningRequests.Read(der).Error.ShouldNotBeNull().Code.ShouldBe("request-signature-invalid");
    }

    [Fact]
    public void An_RSA_key_whose_numbers_do_not_fit_is_damaged()
    {
        using var key = PrivateKeyMaterial.Generate(KeySpecification.Rsa2048);
        var pkcs8 = key.ExportPkcs8();
        // One bit in each of the larger numbers.
        foreach (var at in (int[])[60, 320, 600, 720, 850, 980, pkcs8.Length - 5])
        {
            var changed = (byte[])pkcs8.Clone();
            changed[at] ^= 1;
            PrivateKeyMaterial.TryReadPkcs8(changed).ShouldBeNull($"byte {at}");
        }
    }
}

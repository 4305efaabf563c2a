using System.Text;
using Cluster.Pki.Containers;
using Cluster.Pki.Keys;
using Cluster.Pki.Tests.Corpus;
using Cluster.Testing.Authorities;
using Shouldly;
using Xunit;

namespace Cluster.Pki.Tests.Containers;

/// <summary>Who sends the wrong thing learns what it is and what to send in its place.</summary>
[Collection(nameof(ForeignFiles))]
public sealed class WrongFilesTests(ForeignFiles files) : IDisposable
{
    private readonly TestCa ca = new();

    [Theory]
    [InlineData("public.pem", "a public key", "the private key that belongs to it")]
    [InlineData("crl.pem", "a certificate revocation list", "Send the certificate itself")]
    [InlineData("crl.der", "a certificate revocation list", "Send the certificate itself")]
    [InlineData("crl.p7b", "a certificate revocation list", "Send the certificate itself")]
    [InlineData("dsa.parameters", "parameters of keys", "the private key with its own BEGIN")]
    [InlineData("java-secret.p12", "a secret key", "keytool -list")]
    public void What_is_known_and_of_no_use_is_named(string file, string found, string todo)
    {
        using var read = CertificateReader.Read(files.Read(file), ForeignFiles.Password + "1");
        var problem = read.Problems.ShouldHaveSingleItem();
        problem.Code.ShouldBe(ReadProblem.NothingInside);
        problem.Message.ShouldContain(found);
        problem.Hint.ShouldContain(todo);
        read.Notes.ShouldBeEmpty();
    }

    [Fact]
    public void Beside_a_certificate_it_is_an_information()
    {
        using var read = CertificateReader.Read((byte[])[.. files.Read("public.pem"), .. files.Read("rsa.pem")]);
        read.Certificates.Count.ShouldBe(1);
        read.Problems.ShouldBeEmpty();
        read.Notes.ShouldHaveSingleItem().Message.ShouldContain("a public key");
    }

    [Fact]
    public void What_is_damaged_is_the_reason_whatever_else_is_there()
    {
        using var read = CertificateReader.Read((byte[])[.. files.Read("public.pem"), .. files.Read("star.pem")]);
        read.Problems.ShouldHaveSingleItem().Code.ShouldBe(ReadProblem.Damaged);
    }

    [Theory]
    [InlineData(0, "a ZIP archive, which is to be unpacked first")]
    [InlineData(1, "a ZIP archive that is protected by a password")]
    public void An_archive_with_a_password_is_told_from_one_without(byte flags, string expected) =>
        Refusal([.. "PK\u0003\u0004"u8, 20, 0, flags, 0, .. new byte[40]]).Message.ShouldContain(expected);

    [Fact]
    public void An_archive_whose_second_file_is_protected_is_one_with_a_password()
    {
        byte[] directory = [.. "PK\u0003\u0004"u8, 20, 0, 0, 0, .. new byte[40]];
        Refusal([.. directory, .. "PK\u0003\u0004"u8, 20, 0, 9, 0, .. new byte[40]]).Hint.ShouldContain("with its password");
    }

    [Theory]
    [InlineData("—–BEGIN CERTIFICATE—–", "—–END CERTIFICATE—–")]
    [InlineData("— BEGIN CERTIFICATE —", "— END CERTIFICATE —")]
    [InlineData("----BEGIN CERTIFICATE----", "----END CERTIFICATE----")]
    [InlineData("−−−−−BEGIN RSA PRIVATE KEY−−−−−", "−−−−−END RSA PRIVATE KEY−−−−−")]
    [InlineData("-----BEGIN CERTIFICATE——-", "-----END CERTIFICATE——-")]
    [InlineData("-----BEGIN CERTIFICATE-----", "——-END CERTIFICATE——-")]
    public void Dashes_of_a_word_processor_are_named(string begin, string end)
    {
        var lines = ca.Root.ToPem().TrimEnd().Split('\n');
        var text = string.Join('\n', [begin, .. lines[1..^1], end, ""]);
        foreach (var encoding in (Encoding[])[Encoding.UTF8, new UnicodeEncoding(bigEndian: false, byteOrderMark: true)])
        {
            var problem = Refusal([.. encoding.GetPreamble(), .. encoding.GetBytes(text)]);
            problem.Code.ShouldBe(ReadProblem.UnknownFormat);
            problem.Message.ShouldContain("word processor");
            problem.Hint.ShouldContain("five hyphens");
        }
    }

    [Fact]
    public void Dashes_of_an_old_word_processor_are_named()
    {
        byte[] windows = [.. Enumerable.Repeat((byte)0x97, 3), .. "BEGIN CERTIFICATE"u8, .. Enumerable.Repeat((byte)0x97, 3), (byte)'\n'];
        Refusal([.. windows, .. "MIIB"u8]).Message.ShouldContain("word processor");
    }

    [Theory]
    [InlineData("The text from BEGIN CERTIFICATE to END CERTIFICATE is what we need.")]
    [InlineData("----- BEGIN OF THE LETTER -----")]
    public void A_letter_about_certificates_is_text(string text) =>
        Refusal(Encoding.UTF8.GetBytes(text)).Message.ShouldContain("text without a PEM block");

    [Theory]
    [InlineData("%PDF-1.7", "PDF")]
    [InlineData("Rar!\u001A", "RAR")]
    [InlineData("PK\u0003\u0004\u0014\0\u0006\0\b\0\0\0!\0aaaabbbbccccdd\u0013\0\0\0[Content_Types].xml", "word processor")]
    public void Documents_are_told_as_what_they_are(string start, string expected) =>
        Refusal(Encoding.Latin1.GetBytes(start)).Message.ShouldContain(expected);

    [Fact]
    public void Trailing_bytes_alone_are_no_reason()
    {
        using var key = PrivateKeyMaterial.Generate(KeySpecification.EcP256);
        var problem = Refusal([.. key.Public.SubjectPublicKeyInfo.ToArray(), 1, 2, 3]);
        problem.Code.ShouldBe(ReadProblem.NothingInside);
        problem.Message.ShouldContain("a public key");
    }

    public void Dispose() => ca.Dispose();

    private static PkiError Refusal(byte[] data)
    {
        using var read = CertificateReader.Read(data);
        read.HasContent.ShouldBeFalse();
        return read.Problems.ShouldHaveSingleItem();
    }
}

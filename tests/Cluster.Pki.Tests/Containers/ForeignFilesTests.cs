using Cluster.Pki.Containers;
using Cluster.Pki.Findings;
using Cluster.Pki.Tests.Corpus;
using Shouldly;
using Xunit;

namespace Cluster.Pki.Tests.Containers;

[Collection(nameof(ForeignFiles))]
public sealed class ForeignFilesTests(ForeignFiles files)
{
    [Theory]
    [InlineData("rsa.pem", "1 certificate")]
    [InlineData("rsa.der", "1 certificate")]
    [InlineData("text.pem", "1 certificate")]
    [InlineData("trusted.pem", "1 certificate")]
    [InlineData("x509.pem", "1 certificate")]
    [InlineData("oneline.pem", "1 certificate")]
    [InlineData("bare.txt", "1 certificate")]
    [InlineData("chain.pem", "3 certificates")]
    [InlineData("crlf.pem", "3 certificates")]
    [InlineData("cr.pem", "3 certificates")]
    [InlineData("bom.pem", "3 certificates")]
    [InlineData("utf16.pem", "3 certificates")]
    [InlineData("mixed.pem", "4 certificates, 1 key, 1 request")]
    [InlineData("bag-attributes.pem", "2 certificates, 1 key")]
    [InlineData("rsa.csr", "1 request")]
    [InlineData("newhdr.csr", "1 request")]
    [InlineData("csr.der", "1 request")]
    [InlineData("ed.csr", "1 request")]
    [InlineData("ed448.csr", "1 request")]
    [InlineData("pss.csr", "1 request")]
    [InlineData("pss384.csr", "1 request")]
    [InlineData("pss-signed.csr", "1 request")]
    [InlineData("pss-signed-short.csr", "1 request")]
    [InlineData("compressed.csr", "1 request")]
    [InlineData("compressed.pem", "1 certificate")]
    [InlineData("indented.pem", "1 certificate")]
    [InlineData("labels.pem", "1 certificate, 1 key")]
    [InlineData("twice.pem", "6 certificates")]
    [InlineData("reversed.pem", "3 certificates, 1 key")]
    [InlineData("lines.txt", "1 certificate")]
    public void Certificates_and_requests_are_read(string file, string expected) => Describe(file).ShouldBe(expected);

    [Theory]
    [InlineData("rsa.key")]
    [InlineData("ec.key")]
    [InlineData("ed.key")]
    [InlineData("pkcs1.key")]
    [InlineData("pkcs1.der")]
    [InlineData("pkcs8.der")]
    [InlineData("sec1.der")]
    [InlineData("gnutls.key")]
    [InlineData("gnutls-ed.key")]
    [InlineData("gnutls-rsa.key")]
    [InlineData("p384.key")]
    [InlineData("p521.key")]
    [InlineData("brainpool.key")]
    [InlineData("rsa1024.key")]
    [InlineData("pss.key")]
    [InlineData("pss384.key")]
    [InlineData("ed448.key")]
    [InlineData("compressed.key")]
    [InlineData("compressed-p8.key")]
    public void Keys_are_read(string file) => Describe(file).ShouldBe("1 key");

    [Theory]
    [InlineData("traditional-aes256.key")]
    [InlineData("traditional-aes128.key")]
    [InlineData("traditional-des3.key")]
    [InlineData("traditional-des.key")]
    [InlineData("traditional-camellia256.key")]
    [InlineData("traditional-aria192.key")]
    [InlineData("traditional-ec.key")]
    [InlineData("p8-aes-256-cbc.key")]
    [InlineData("p8-aes-128-cbc.key")]
    [InlineData("p8-des3.key")]
    [InlineData("p8-camellia-256-cbc.key")]
    [InlineData("p8-aria-256-cbc.key")]
    [InlineData("p8-sha512.key")]
    [InlineData("p8-rc2.key")]
    [InlineData("p8-scrypt.key")]
    [InlineData("p8-PBE-SHA1-3DES.key")]
    [InlineData("p8-PBE-SHA1-2DES.key")]
    [InlineData("p8-PBE-MD5-DES.key")]
    [InlineData("p8-PBE-SHA1-DES.key")]
    [InlineData("p8-PBE-SHA1-RC2-64.key")]
    [InlineData("p8-PBE-MD5-RC2-64.key")]
    [InlineData("p8-PBE-SHA1-RC4-128.key")]
    [InlineData("p8-PBE-SHA1-RC4-40.key")]
    [InlineData("p8-PBE-SHA1-RC2-128.key")]
    [InlineData("p8-PBE-SHA1-RC2-40.key")]
    [InlineData("p8-ed.der")]
    [InlineData("gnutls-p8.key")]
    [InlineData("compressed-encrypted.key")]
    public void Encrypted_keys_need_their_password(string file)
    {
        Describe(file, ForeignFiles.Password).ShouldBe("1 key");
        Describe(file, "wrong").ShouldBe("wrong-password");
        Describe(file).ShouldBe("missing-password");
    }

    [Theory]
    [InlineData("modern.p12", "2 certificates, 1 key")]
    [InlineData("legacy.p12", "2 certificates, 1 key")]
    [InlineData("nomac.p12", "2 certificates, 1 key")]
    [InlineData("macked.p12", "2 certificates, 1 key")]
    [InlineData("iterations.p12", "2 certificates, 1 key")]
    [InlineData("camellia.p12", "2 certificates, 1 key")]
    [InlineData("sha3.p12", "2 certificates, 1 key")]
    [InlineData("trust.p12", "3 certificates")]
    [InlineData("ed.p12", "1 certificate, 1 key")]
    [InlineData("keyonly.p12", "1 key")]
    [InlineData("ed448.p12", "1 certificate, 1 key")]
    [InlineData("pss.p12", "1 certificate, 1 key")]
    [InlineData("gnutls-aes-256.p12", "1 certificate, 1 key")]
    [InlineData("gnutls-aes-128.p12", "1 certificate, 1 key")]
    [InlineData("gnutls-3des-pkcs12.p12", "1 certificate, 1 key")]
    [InlineData("gnutls-arcfour.p12", "1 certificate, 1 key")]
    [InlineData("gnutls-rc2-40.p12", "1 certificate, 1 key")]
    [InlineData("gnutls-sha512.p12", "1 certificate, 1 key")]
    [InlineData("nss.p12", "2 certificates, 1 key")]
    [InlineData("nss-old.p12", "2 certificates, 1 key")]
    [InlineData("windows.p12", "2 certificates, 1 key")]
    [InlineData("clear-certificates.p12", "2 certificates, 1 key")]
    [InlineData("gnutls-trust.p12", "1 certificate")]
    public void Pkcs12_needs_its_password(string file, string expected)
    {
        Describe(file, ForeignFiles.Password).ShouldBe(expected);
        Describe(file, "wrong").ShouldStartWith("wrong-password");
        Describe(file).ShouldStartWith("missing-password");
    }

    [Theory]
    [InlineData("java.p12", "2 certificates, 2 keys")]
    [InlineData("java-legacy.p12", "1 certificate, 1 key")]
    [InlineData("java-trust.p12", "1 certificate")]
    [InlineData("java-mixed.p12", "2 certificates, 1 key")]
    public void Key_stores_of_java_are_read(string file, string expected) => Describe(file, ForeignFiles.Password + "1").ShouldBe(expected);

    [Theory]
    [InlineData("empty.p12")]
    [InlineData("clear.p12")]
    [InlineData("gnutls-null.p12", "1 certificate, 1 key")]
    [InlineData("gnutls-empty.p12", "1 certificate, 1 key")]
    public void An_empty_or_absent_password_needs_not_be_given(string file, string expected = "2 certificates, 1 key") =>
        Describe(file).ShouldBe(expected);

    [Theory]
    [InlineData("empty.p12", "2 certificates, 1 key")]
    [InlineData("clear.p12", "2 certificates, 1 key")]
    [InlineData("gnutls-null.p12", "1 certificate, 1 key")]
    [InlineData("gnutls-empty.p12", "1 certificate, 1 key")]
    public void A_password_that_is_not_needed_does_no_harm(string file, string expected) =>
        Describe(file, "typed all the same").ShouldBe(expected);

    [Theory]
    [InlineData("p8-unicode.key", "1 key")]
    [InlineData("unicode.p12", "2 certificates, 1 key")]
    [InlineData("unicode-legacy.p12", "2 certificates, 1 key")]
    [InlineData("nss-unicode.p12", "2 certificates, 1 key")]
    public void Passwords_of_any_script_open(string file, string expected) =>
        Describe(file, ForeignFiles.UnicodePassword).ShouldBe(expected);

    [Theory]
    [InlineData("chain.p7b", "3 certificates")]
    [InlineData("chain.p7c", "3 certificates")]
    [InlineData("signed-ber.p7m", "2 certificates")]
    [InlineData("netscape.p7b", "3 certificates")]
    [InlineData("cms.pem", "3 certificates")]
    [InlineData("reversed.p7c", "3 certificates")]
    [InlineData("gnutls.p7b", "1 certificate")]
    [InlineData("dsa.key", "unsupported-algorithm")]
    [InlineData("dsa-p8.key", "unsupported-algorithm")]
    [InlineData("explicit.key", "unsupported-algorithm")]
    [InlineData("x25519.key", "unsupported-algorithm")]
    [InlineData("ssh.key", "unsupported-format")]
    [InlineData("cut.pem", "damaged")]
    [InlineData("star.pem", "damaged")]
    [InlineData("encrypted.p7m", "unsupported-format")]
    [InlineData("java.jks", "unsupported-format")]
    [InlineData("java.jceks", "unsupported-format")]
    [InlineData("public.pem", "nothing-inside")]
    public void Other_containers_are_read_or_named(string file, string expected) => Describe(file).ShouldBe(expected);

    [Theory]
    [InlineData("java.jks", "Java key store", "keytool")]
    [InlineData("dsa.key", "DSA", "Make a new key")]
    [InlineData("x25519.key", "X25519", "Make a new key")]
    [InlineData("ssh.key", "OpenSSH", "ssh-keygen")]
    [InlineData("encrypted.p7m", "PKCS#7", "certs-only")]
    [InlineData("cut.pem", "CERTIFICATE", "complete PEM text")]
    [InlineData("modern.p12", "PKCS#12", "Give the password")]
    public void A_refusal_says_what_was_found_and_what_to_do(string file, string found, string todo)
    {
        using var read = CertificateReader.Read(files.Read(file));
        var problem = read.Problems.ShouldHaveSingleItem();
        problem.Message.ShouldContain(found);
        problem.Hint.ShouldContain(todo);
    }

    [Theory]
    [InlineData("rsa.pem.gz", "gzip")]
    [InlineData("rsa.pem.zip", "ZIP archive")]
    [InlineData("page.html", "web page")]
    [InlineData("letter.txt", "text without a PEM block")]
    [InlineData("random.bin", "binary in an unknown format")]
    [InlineData("ssh.key.pub", "SSH public key")]
    public void What_is_something_else_is_told_as_what_it_looks_like(string file, string expected)
    {
        using var read = CertificateReader.Read(files.Read(file));
        read.Problems.ShouldHaveSingleItem().Message.ShouldContain(expected);
    }

    [Theory]
    [InlineData("escaped.pem", "2 certificates, 1 key")]
    [InlineData("escaped-crlf.pem", "2 certificates, 1 key")]
    public void Line_ends_that_a_variable_or_JSON_escaped_are_line_ends(string file, string expected) => Describe(file).ShouldBe(expected);

    [Fact]
    public void Containers_of_nss_are_BER()
    {
        // Indefinite lengths, which DER forbids: the corpus covers them.
        files.Read("nss.p12").AsSpan(0, 2).SequenceEqual((ReadOnlySpan<byte>)[0x30, 0x80]).ShouldBeTrue();
    }

    [Fact]
    public void The_friendly_name_is_kept()
    {
        using var read = CertificateReader.Read(files.Read("modern.p12"), ForeignFiles.Password);
        read.FriendlyNames[read.PrivateKeys[0].PublicKeySha256].ShouldBe("my mx");
        read.Containers.ShouldHaveSingleItem().Detail.ShouldContain("PBES2 AES-256-CBC");
    }

    [Fact]
    public void The_right_password_is_found_among_several()
    {
        using var read = CertificateReader.Read(files.Read("iterations.p12"), "wrong", ForeignFiles.Password);
        read.PrivateKeys.Count.ShouldBe(1);
    }

    [Fact]
    public void Trailing_bytes_are_reported()
    {
        using var read = CertificateReader.Read((byte[])[.. files.Read("modern.p12"), 1, 2, 3], ForeignFiles.Password);
        read.PrivateKeys.Count.ShouldBe(1);
        read.Problems.ShouldBeEmpty();
        read.Notes.ShouldContain(n => n.Code == "trailing-data" && n.Severity == PkiSeverity.Warning);
    }

    [Theory]
    [InlineData("modern.p12")]
    [InlineData("rsa.der")]
    [InlineData("chain.p7c")]
    [InlineData("rsa.pem")]
    [InlineData("pkcs8.der")]
    public void A_truncated_file_is_damaged(string file)
    {
        var data = files.Read(file);
        using var read = CertificateReader.Read(data.AsMemory(0, data.Length * 2 / 3), ForeignFiles.Password);
        read.HasContent.ShouldBeFalse();
        read.Problems.ShouldHaveSingleItem().Code.ShouldBe(ReadProblem.Damaged);
    }

    private string Describe(string file, params string[] passwords)
    {
        using var read = CertificateReader.Read(files.Read(file), passwords);
        var parts = new List<string>();
        Add(read.Certificates.Count, "certificate");
        Add(read.PrivateKeys.Count, "key");
        Add(read.SigningRequests.Count, "request");
        var problems = read.Problems.Select(p => p.Code).Order(StringComparer.Ordinal);
        return string.Join(
            ", ",
            read.HasContent && !read.Problems.Any(p => p.Code.EndsWith("password", StringComparison.Ordinal))
                ? parts.Concat(problems)
                : problems);

        void Add(int count, string what)
        {
            if (count > 0) parts.Add(count == 1 ? $"1 {what}" : $"{count} {what}s");
        }
    }
}

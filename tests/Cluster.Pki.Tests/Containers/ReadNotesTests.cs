using Cluster.Pki.Containers;
using Cluster.Pki.Tests.Corpus;
using Cluster.Testing.Programs;
using Shouldly;
using Xunit;

namespace Cluster.Pki.Tests.Containers;

/// <summary>What is said about a file that was read helps, and is not said of files that are in order.</summary>
[Collection(nameof(ForeignFiles))]
public sealed class ReadNotesTests(ForeignFiles files)
{
    [Theory]
    [InlineData("modern.p12", "")]
    [InlineData("windows.p12", "")]
    [InlineData("gnutls-aes-256.p12", "")]
    [InlineData("chain.pem", "")]
    [InlineData("rsa.key", "")]
    [InlineData("p8-aes-256-cbc.key", "")]
    [InlineData("nomac.p12", "container-without-integrity")]
    [InlineData("macked.p12", "container-without-encryption")]
    [InlineData("clear-certificates.p12", "")]
    [InlineData("legacy.p12", "container-old-encryption")]
    [InlineData("gnutls-arcfour.p12", "container-old-encryption")]
    [InlineData("traditional-aes256.key", "container-old-encryption")]
    [InlineData("p8-PBE-MD5-DES.key", "container-old-encryption")]
    [InlineData("few.p12", "container-few-iterations")]
    public void A_file_says_what_protects_it_badly(string file, string expected)
    {
        using var read = CertificateReader.Read(files.Read(file), ForeignFiles.Password);
        read.Problems.ShouldBeEmpty();
        string.Join(", ", read.Notes.Select(n => n.Code)).ShouldBe(expected);
    }

    [Fact]
    public void Each_code_is_documented()
    {
        var text = File.ReadAllText(Path.Combine(Builds.Top, "docs/findings.md"));
        foreach (var file in (string[])["nomac.p12", "macked.p12", "legacy.p12", "few.p12", "clear.p12"])
        {
            using var read = CertificateReader.Read(files.Read(file), ForeignFiles.Password);
            foreach (var note in read.Notes) text.ShouldContain($"| `{note.Code}` |");
        }
    }
}

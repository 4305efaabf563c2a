using Cluster.Pki.Certificates;
using Cluster.Pki.Containers;
using Cluster.Pki.Findings;
using Cluster.Pki.Tests.Corpus;
using Shouldly;
using Xunit;

namespace Cluster.Pki.Tests.Certificates;

/// <summary>
/// What is wrong inside a certificate is named with its rule: as a finding where some peers take it, as the reason of a refusal where
/// none does; and "damaged" is said of neither.
/// </summary>
public sealed class MalformedCertificateTests
{
    private static readonly (string Oid, bool Critical, byte[] Content) Good = RawCertificate.Names("mx.example.org");

    private static readonly Dictionary<string, (RawCertificate Certificate, string Text)> Tolerated = new()
    {
        ["serial zero"] = (new RawCertificate { Serial = [0] }, "serial number zero"),
        ["serial negative"] = (new RawCertificate { Serial = [0x80, 1] }, "negative serial number"),
        ["serial long"] = (new RawCertificate { Serial = [1, .. new byte[20]] }, "21 bytes"),
        ["issuer empty"] = (new RawCertificate { Issuer = RawCertificate.Name(null) }, "an issuer without any part"),
        ["subject empty"] = (new RawCertificate { Subject = RawCertificate.Name(null) }, "not marked critical"),
        ["no name"] = (new RawCertificate { Subject = RawCertificate.Name(null), Extensions = [] }, "holds no name of a host"),
        ["names empty"] = (new RawCertificate { Extensions = [RawCertificate.Names()] }, "subjectAltName without any name"),
        ["name empty"] = (new RawCertificate { Extensions = [RawCertificate.Names("")] }, "an empty dNSName"),
        ["name with NUL"] = (new RawCertificate { Extensions = [RawCertificate.Names("mx.example.org\0.evil.example")] }, "control"),
        ["name with umlaut"] = (new RawCertificate { Extensions = [RawCertificate.Names("bücher.example")] }, "foreign characters"),
        ["subject with control"] = (new RawCertificate { Subject = RawCertificate.Name("mx\u0007.example.org") }, "in its subject"),
        ["version 1 with extensions"] = (new RawCertificate { Version = null }, "which version 1 does not have"),
        ["broken usage"] = (
            new RawCertificate { Extensions = [Good, ("2.5.29.15", true, [4, 1, 0])] }, "an extension keyUsage whose content"),
        ["broken names"] = (new RawCertificate { Extensions = [("2.5.29.17", false, [0x30, 0x05, 0x82])] }, "an extension subjectAltName"),
        ["short address"] = (
            new RawCertificate { Extensions = [("2.5.29.17", false, [0x30, 0x05, 0x87, 0x03, 1, 2, 3])] }, "an iPAddress of 3 bytes"),
        ["unknown extension twice"] = (
            new RawCertificate { Extensions = [Good, ("1.2.3.4", false, [5, 0]), ("1.2.3.4", false, [5, 0])] }, "1.2.3.4 twice"),
    };

    private static readonly Dictionary<string, (RawCertificate Certificate, string Text)> Refused = new()
    {
        ["version 4"] = (new RawCertificate { Version = 3 }, "a version that does not exist"),
        ["version 200"] = (new RawCertificate { Version = 199 }, "a version that does not exist"),
        ["two algorithms"] = (new RawCertificate { InnerAlgorithm = "1.2.840.10045.4.3.3" }, "one signature algorithm inside"),
        ["ends first"] = (
            new RawCertificate { NotAfter = new DateTimeOffset(2025, 1, 1, 0, 0, 0, TimeSpan.Zero) }, "ends before it begins"),
        ["names twice"] = (new RawCertificate { Extensions = [Good, Good] }, "the extension subjectAltName twice"),
    };

    public static TheoryData<string> ToleratedNames => [.. Tolerated.Keys];

    public static TheoryData<string> RefusedNames => [.. Refused.Keys];

    [Theory]
    [MemberData(nameof(ToleratedNames))]
    public void What_some_peers_take_is_read_and_found(string name)
    {
        var (raw, text) = Tolerated[name];
        using var read = CertificateReader.Read(raw.Sign());
        read.Problems.ShouldBeEmpty();
        var certificate = read.Certificates.ShouldHaveSingleItem();
        var findings = CertificateFindings.Evaluate(new FindingContext { Certificate = certificate, Now = raw.NotBefore.AddDays(1) });
        findings.ShouldContain(f => f.Code == "malformed-certificate" && f.Message.Contains(text, StringComparison.Ordinal)
            && f.Message.Contains("RFC ", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(RefusedNames))]
    public void What_no_peer_takes_is_refused_with_the_reason(string name)
    {
        var (raw, text) = Refused[name];
        using var read = CertificateReader.Read(raw.Sign());
        read.Certificates.ShouldBeEmpty();
        var problem = read.Problems.ShouldHaveSingleItem();
        problem.Code.ShouldBe(ReadProblem.MalformedCertificate);
        problem.Message.ShouldContain(text);
        problem.Message.ShouldContain("RFC 5280");
    }

    [Theory]
    [MemberData(nameof(ToleratedNames))]
    public async Task What_is_read_OpenSSL_reads_too(string name) => await Tool.Run(
        "openssl", ["x509", "-inform", "DER", "-noout", "-text"], Tolerated[name].Certificate.Sign());

    [Fact]
    public void A_certificate_as_it_should_be_has_no_such_finding()
    {
        var plain = new RawCertificate();
        var withoutSubject = new RawCertificate { Subject = RawCertificate.Name(null), Extensions = [(Good.Oid, true, Good.Content)] };
        foreach (var raw in (RawCertificate[])[plain, withoutSubject])
        {
            using var read = CertificateReader.Read(raw.Sign());
            CertificateFindings.Evaluate(new FindingContext { Certificate = read.Certificates[0], Now = raw.NotBefore.AddDays(1) })
                .ShouldNotContain(f => f.Code == "malformed-certificate");
        }
    }

    [Fact]
    public void A_refusal_shows_no_control_characters()
    {
        using var read = CertificateReader.Read(new RawCertificate { Version = 3, Subject = RawCertificate.Name("mx\u0007\n") }.Sign());
        read.Problems.ShouldHaveSingleItem().Message.Any(char.IsControl).ShouldBeFalse();
    }

    [Fact]
    public void A_name_with_NUL_matches_no_host()
    {
        using var read = CertificateReader.Read(
            new RawCertificate { Extensions = [RawCertificate.Names("mx.example.org\0.evil.example")] }.Sign());
        var reference = Pki.Names.ReferenceIdentity.TryParse("mx.example.org").ShouldNotBeNull();
        Pki.Names.NameMatcher.Match(read.Certificates[0], reference).ShouldBeNull();
        Pki.Names.LenientMatch.ByOpenSsl(read.Certificates[0], reference).ShouldBeNull();
    }
}

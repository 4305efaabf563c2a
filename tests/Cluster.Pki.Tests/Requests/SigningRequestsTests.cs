using System.Text;
using Cluster.Pki.Certificates;
using Cluster.Pki.Keys;
using Cluster.Pki.Requests;
using Cluster.Pki.Tests.Corpus;
using Shouldly;
using Xunit;

namespace Cluster.Pki.Tests.Requests;

public sealed class SigningRequestsTests
{
    public static TheoryData<KeyAlgorithm, int> Kinds =>
        new([(KeyAlgorithm.Rsa, 2048), (KeyAlgorithm.Ec, 256), (KeyAlgorithm.Ec, 384), (KeyAlgorithm.Ed25519, 256)]);

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Openssl_accepts_a_request_and_sees_its_names(KeyAlgorithm algorithm, int size)
    {
        using var key = PrivateKeyMaterial.Generate(new KeySpecification(algorithm, size));
        RequestedNames.Check(
            new SubjectName { Organization = "Example", Country = "CH" },
            ["bücher.example", "*.example.org"],
            ["192.0.2.1", "2001:db8::1"],
            out var names)
            .ShouldBeEmpty();
        var request = SigningRequests.Create(key, names.ShouldNotBeNull());

        var text = await Tool.Run("openssl", ["req", "-noout", "-text", "-verify"], Encoding.ASCII.GetBytes(request.ToPem()));
        text.ShouldContain("DNS:xn--bcher-kva.example, DNS:*.example.org, IP Address:192.0.2.1, IP Address:2001:DB8:0:0:0:0:0:1");
        text.ShouldContain("CN = xn--bcher-kva.example");
        request.DnsNames.ShouldBe(["xn--bcher-kva.example", "*.example.org"]);
        request.PublicKey.Sha256.ShouldBe(key.PublicKeySha256);
        SigningRequests.Read(Encoding.ASCII.GetBytes(request.ToPem())).Value.ShouldNotBeNull().SubjectName.Country.ShouldBe("CH");
    }

    [Fact]
    public async Task The_subject_goes_from_the_country_to_the_common_name_as_openssl_writes_it()
    {
        using var key = PrivateKeyMaterial.Generate(KeySpecification.EcP256);
        var subject = new SubjectName
        {
            CommonName = "mx.example.org",
            OrganizationalUnit = "Mail, S=1",
            Organization = "Example",
            Locality = "Bern",
            State = "BE",
            Country = "CH"
        };
        RequestedNames.Check(subject, ["mx.example.org"], [], out var names).ShouldBeEmpty();
        var request = SigningRequests.Create(key, names.ShouldNotBeNull());

        (await Tool.Run(
            "openssl", ["req", "-noout", "-subject", "-nameopt", "RFC2253,sep_comma_plus_space"], Encoding.ASCII.GetBytes(request.ToPem())))
            .Trim().ShouldBe("subject=CN=mx.example.org, OU=Mail\\, S=1, O=Example, L=Bern, ST=BE, C=CH");
        request.Subject.ShouldBe("CN=mx.example.org, OU=\"Mail, S=1\", O=Example, L=Bern, ST=BE, C=CH");
        SigningRequests.Read(request.Der.Span).Value.ShouldNotBeNull().SubjectName.ShouldBe(subject);
    }

    [Fact]
    public void A_request_without_proof_of_possession_is_refused()
    {
        using var key = PrivateKeyMaterial.Generate(KeySpecification.EcP256);
        var der = SigningRequests.CreateForIdentity(key, "m").Der.ToArray();
        der[^1] ^= 1;
        SigningRequests.Read(der).Error.ShouldNotBeNull().Code.ShouldBe("request-signature-invalid");
    }

    [Fact]
    public void A_request_of_more_than_16_KiB_is_refused_unread() =>
        SigningRequests.Read(new byte[(16 * 1024) + 1]).Error.ShouldNotBeNull().Code.ShouldBe("request-too-large");

    [Fact]
    public void Every_wrong_name_is_reported()
    {
        var problems = RequestedNames.Check(
            new SubjectName { Country = "Schweiz" }, ["ok.example", "a b", "*.*.example"], ["300.1.1.1"], out var names);
        names.ShouldBeNull();
        problems.Select(p => p.Field).ShouldBe(["dnsNames/1", "dnsNames/2", "ipAddresses/0", "subject/country"]);
    }

    [Theory]
    [InlineData("10.0.0.1")]
    [InlineData("mx.example.25")]
    [InlineData("25")]
    public void An_address_is_no_host_name(string name)
    {
        var problem = RequestedNames.Check(null, [name], [], out _).ShouldHaveSingleItem();
        (problem.Field, problem.Code).ShouldBe(("dnsNames/0", "invalid-dns-name"));
        problem.Detail.ShouldContain("ipAddresses");
    }

    [Theory]
    [InlineData("MX.Example.org", "mx.example.org")]
    [InlineData("*.example.org", "*.example.org")]
    [InlineData("Mail service", null)]
    [InlineData("localhost", null)]
    [InlineData("192.0.2.1", null)]
    public void A_common_name_that_is_a_host_name_stands_as_SAN_when_there_is_none(string commonName, string? expected)
    {
        RequestedNames.Check(new SubjectName { CommonName = commonName }, [], [], out var names).ShouldBeEmpty();
        names.ShouldNotBeNull().DnsNames.ShouldBe(expected is null ? [] : [expected]);
        names.Subject.CommonName.ShouldBe(commonName);
        RequestedNames.Check(new SubjectName { CommonName = commonName }, ["other.example"], [], out names).ShouldBeEmpty();
        names.ShouldNotBeNull().DnsNames.ShouldBe(["other.example"]);
    }

    [Fact]
    public void The_common_name_is_the_first_name_that_fits()
    {
        var label = new string('a', 50);
        var (long1, long2) = ($"{label}.mail.example.org", $"{new string('b', 50)}.mail.example.org");
        CommonName([long1, "mx.example.org", "a.example"], []).ShouldBe("mx.example.org");
        CommonName([long1, long2], ["192.0.2.1"]).ShouldBe("192.0.2.1");
        CommonName([long1, long2], []).ShouldBeNull();
        CommonName([$"{label}.exampl.exampl"], []).ShouldBe($"{label}.exampl.exampl");
        RequestedNames.Check(new SubjectName { CommonName = "Mail" }, ["mx.example.org"], [], out var named).ShouldBeEmpty();
        named.ShouldNotBeNull().Subject.CommonName.ShouldBe("Mail");

        static string? CommonName(string[] hosts, string[] addresses)
        {
            RequestedNames.Check(null, hosts, addresses, out var names).ShouldBeEmpty();
            return names.ShouldNotBeNull().Subject.CommonName;
        }
    }

    [Fact]
    public void Garbage_is_damaged()
    {
        SigningRequests.Read("-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----"u8).Error
            .ShouldNotBeNull().Code
            .ShouldBe("request-damaged");
        SigningRequests.Read([0x30, 0x80]).Error.ShouldNotBeNull().Code.ShouldBe("request-damaged");
    }
}

using Cluster.Contracts.Settings;
using Cluster.Domain.Settings;
using Shouldly;
using Xunit;

namespace Cluster.Domain.Tests.Settings;

public sealed class TlsProtocolTests
{
    [Theory]
    [InlineData("https", """{"minimum":"tls1.2"}""", "")]
    [InlineData("smtpInbound", """{"minimum":"tls1.0","maximum":"tls1.0"}""", "")]
    [InlineData(
        "clients", """{"minimum":"tls1.2","ciphers":["TLS_AES_256_GCM_SHA384","ECDHE-RSA-AES256-GCM-SHA384","DES-CBC3-SHA"]}""", "")]
    [InlineData("smtpinbound", """{"minimum":"tls1.2"}""", ":block")]
    [InlineData("-", """{"minimum":"tls1.2"}""", ":block")]
    [InlineData("https", """{}""", "/minimum:required")]
    [InlineData("https", """{"minimum":"tls-1.2"}""", "/minimum:unknown-value")]
    [InlineData("https", """{"minimum":"tls1.3","maximum":"tls1.2"}""", "/maximum:contradiction")]
    [InlineData("https", """{"minimum":"tls1.2","ciphers":[]}""", "/ciphers:empty")]
    [InlineData("https", """{"minimum":"tls1.2","ciphers":"HIGH"}""", "/ciphers:type")]
    [InlineData("https", """{"minimum":"tls1.2","ciphers":["AES128-SHA","AES256-SHA","AES128-SHA"]}""", "/ciphers/2:duplicate")]
    [InlineData("https", """{"minimum":"tls1.3","ciphers":["AES128-SHA"]}""", "/ciphers/0:contradiction")]
    [InlineData("https", """{"minimum":"tls1.0","maximum":"tls1.2","ciphers":["TLS_AES_128_GCM_SHA256"]}""", "/ciphers/0:contradiction")]
    public void A_block_names_versions_and_ciphers(string name, string json, string errors) =>
        string.Join(' ', Check(name, json)).ShouldBe(errors);

    [Theory]
    [InlineData("HIGH", "cipher")]
    [InlineData("HIGH:!MD5", "cipher")]
    [InlineData("@SECLEVEL=2", "cipher")]
    [InlineData("ecdhe-rsa-aes256-gcm-sha384", "cipher")]
    [InlineData("TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "cipher")]
    [InlineData("", "cipher")]
    [InlineData("ALL:!aNULL", "insecure-cipher")]
    [InlineData("aNULL", "insecure-cipher")]
    [InlineData("eNULL", "insecure-cipher")]
    [InlineData("NULL-SHA256", "insecure-cipher")]
    [InlineData("ECDHE-RSA-NULL-SHA", "insecure-cipher")]
    [InlineData("ADH-AES256-GCM-SHA384", "insecure-cipher")]
    [InlineData("AECDH-AES128-SHA", "insecure-cipher")]
    [InlineData("EXP-RC4-MD5", "insecure-cipher")]
    [InlineData("EXPORT", "insecure-cipher")]
    [InlineData("TLS_DH_anon_WITH_AES_128_CBC_SHA", "insecure-cipher")]
    public void A_cipher_is_one_suite_with_authentication_and_encryption(string cipher, string code) =>
        Check("https", $$"""{"minimum":"tls1.2","ciphers":["{{cipher}}"]}""").ShouldBe([$"/ciphers/0:{code}"]);

    [Fact]
    public void A_list_of_ciphers_is_bounded()
    {
        var many = string.Join(',', Enumerable.Range(0, 101).Select(n => $"\"A{n}-SHA\""));
        Check("https", $$"""{"minimum":"tls1.2","ciphers":[{{many}}]}""").ShouldBe(["/ciphers:too-many"]);
    }

    private static List<string> Check(string name, string json) =>
        [.. KindRegistry.Get(Kinds.TlsProtocols).Check(Make.Json(json), new RuleContext(name, Make.Now)).Errors
            .Select(e => $"{e.Pointer}:{e.Code}")];
}

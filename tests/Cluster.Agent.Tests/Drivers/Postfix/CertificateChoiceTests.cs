using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Cluster.Contracts.Bundles;
using Cluster.Contracts.Machines;
using Cluster.Contracts.Settings;
using Cluster.Testing.Postfix;
using Cluster.Testing.Processes;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Drivers.Postfix;

/// <summary>Listeners with several certificates: by the client's kind of key, and by the name that it asks for.</summary>
public sealed class CertificateChoiceTests : IAsyncLifetime
{
    private PostfixHost host = null!;

    public async ValueTask InitializeAsync() => host = await PostfixHost.StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (host is not null) await host.DisposeAsync();
    }

    [Fact]
    public async Task Each_client_gets_the_certificate_that_is_for_it()
    {
        var (main, master) = (await ReadAsync(host.MainCf), await ReadAsync(host.MasterCf));
        var (ec, rsa) = (host.Parts.Certificate("mx.example.test"), host.Parts.RsaCertificate("mx.example.test"));
        var (one, two) = (host.Parts.Certificate("one.example.test"), host.Parts.RsaCertificate("two.example.test"));

        (await host.ApplyAsync(Part(ec, rsa, ("one.example.test", one), ("two.example.test", two)))).Failure.ShouldBeNull();

        (await ServedAsync("ECDHE-ECDSA-AES128-GCM-SHA256", "mx.example.test")).ShouldBe(ec.Sha256);
        (await ServedAsync("ECDHE-RSA-AES128-GCM-SHA256", "mx.example.test")).ShouldBe(rsa.Sha256);
        (await ServedByNameAsync("one.example.test")).ShouldBe(one.Sha256);
        (await ServedByNameAsync("two.example.test")).ShouldBe(two.Sha256);
        (await ServedByNameAsync("unknown.example.test")).ShouldBeOneOf(ec.Sha256, rsa.Sha256);

        var renewed = host.Parts.RsaCertificate("two.example.test");
        (await host.ApplyAsync(Part(ec, null, ("two.example.test", renewed)))).Failure.ShouldBeNull();
        (await ServedByNameAsync("two.example.test")).ShouldBe(renewed.Sha256);
        (await ServedByNameAsync("one.example.test")).ShouldBe(ec.Sha256);
        (await ServedAsync("ECDHE-RSA-AES128-GCM-SHA256", "mx.example.test")).ShouldBe("");

        (await host.ApplyAsync(Part(ec, null))).Failure.ShouldBeNull();
        (await ReadAsync(host.MasterCf)).ShouldNotContain("sni");
        (await host.UnmanageAsync()).Failure.ShouldBeNull();
        (await ReadAsync(host.MainCf)).ShouldBe(main);
        (await ReadAsync(host.MasterCf)).ShouldBe(master);
    }

    /// <summary>Few peers can use them; who has them served is told the truth about them all the same.</summary>
    [Theory]
    [InlineData("rsa-pss")]
    [InlineData("ed25519")]
    [InlineData("ed448")]
    public async Task A_key_of_a_rare_kind_is_served_and_proven(string kind)
    {
        var file = Path.Combine(host.Postfix.Root, "rare.der");
        string[] size = kind == "rsa-pss" ? ["-pkeyopt", "rsa_keygen_bits:2048"] : [];
        (await Command.RunAsync("openssl", ["genpkey", "-algorithm", kind, .. size, "-outform", "DER", "-out", file])).Ok();
        var rare = host.Parts.OfKey(await File.ReadAllBytesAsync(file, PostfixHost.Cancellation), "mx.example.test");

        (await host.ApplyAsync(Part(rare, null))).Failure.ShouldBeNull();

        (await ServedByNameAsync("mx.example.test")).ShouldBe(rare.Sha256);
        if (kind != "rsa-pss") return;
        var ec = host.Parts.Certificate("mx.example.test");
        (await host.ApplyAsync(Part(ec, rare))).Failure.ShouldBeNull();
        (await ServedAsync("ECDHE-ECDSA-AES128-GCM-SHA256", "mx.example.test")).ShouldBe(ec.Sha256);
        (await ServedAsync("ECDHE-RSA-AES128-GCM-SHA256", "mx.example.test")).ShouldBe(rare.Sha256);
    }

    [Theory]
    [InlineData("main.cf")]
    [InlineData("master.cf")]
    public async Task Names_of_the_administrator_are_answered_as_before(string where)
    {
        using var key = ECDsa.Create();
        using var own = new CertificateRequest("CN=theirs.test", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        var pem = Path.Combine(host.Postfix.Root, "theirs.pem");
        await File.WriteAllTextAsync(
            pem, key.ExportPkcs8PrivateKeyPem() + "\n" + own.ExportCertificatePem() + "\n", PostfixHost.Cancellation);
        var names = Path.Combine(host.Postfix.Root, "theirs.names");
        await File.WriteAllTextAsync(names, $"theirs.test {pem}\n", PostfixHost.Cancellation);
        var map = $"texthash:{names}";
        var entry = $"127.0.0.1:{host.Postfix.Ports["mx"]}/inet";
        await host.Postfix.PostconfAsync(
            where == "main.cf" ? ["-e", $"tls_server_sni_maps={map}"] : ["-P", $"{entry}/tls_server_sni_maps={map}"]);
        var one = host.Parts.Certificate("one.example.test");

        (await host.ApplyAsync(Part(host.Parts.Certificate("mx.example.test"), null, ("one.example.test", one)))).Failure.ShouldBeNull();

        (await ServedByNameAsync("one.example.test")).ShouldBe(one.Sha256);
        (await ServedByNameAsync("theirs.test")).ShouldBe(Convert.ToHexStringLower(SHA256.HashData(own.RawData)));
    }

    [Fact]
    public async Task Two_certificates_with_the_same_kind_of_key_are_refused()
    {
        var applied = await host.ApplyAsync(Part(host.Parts.Certificate("mx.example.test"), host.Parts.Certificate("mx.example.test")));

        applied.Failure.ShouldNotBeNull().Code.ShouldBe(ApplyCodes.Unsupported);
        applied.Failure.Message.ShouldContain("the same kind of key");
    }

    private static ServicePart Part(
        PartCertificate certificate, PartCertificate? alternate, params (string Name, PartCertificate Certificate)[] byName)
    {
        var part = Parts.Mx(PolicyTls.Required, certificate);
        var certificates = part.Certificates.ToDictionary();
        if (alternate is not null) certificates["second"] = alternate;
        foreach (var (name, own) in byName) certificates[name] = own;
        var listener = part.All<Listener>()["mx"] with
        {
            AlternateCertificate = alternate is null ? null : "second",
            Sni = [.. byName.Select(n => new SniCertificate { ServerName = n.Name, Certificate = n.Name })],
        };
        return part.With("mx", listener) with { Certificates = certificates };
    }

    private static Task<string> ReadAsync(string path) => File.ReadAllTextAsync(path, PostfixHost.Cancellation);

    private async Task<string> ServedByNameAsync(string name)
    {
        using var served = await SmtpProbe.ServedAsync(host.Postfix.Port, name);
        return Convert.ToHexStringLower(SHA256.HashData(served.RawData));
    }

    // Under TLS 1.2 the cipher says which kind of certificate the client can use; none is served where there is none of it.
    private async Task<string> ServedAsync(string cipher, string name)
    {
        var answer = await Command.RunAsync(
            "/usr/bin/openssl",
            [
                "s_client", "-starttls", "smtp", "-connect", $"127.0.0.1:{host.Postfix.Port}", "-tls1_2", "-cipher", cipher, "-servername",
                name,
            ],
            "QUIT\n");
        var from = answer.Output.IndexOf("-----BEGIN CERTIFICATE-----", StringComparison.Ordinal);
        if (from < 0) return "";
        using var served = X509Certificate2.CreateFromPem(answer.Output.AsSpan(from));
        return Convert.ToHexStringLower(SHA256.HashData(served.RawData));
    }
}

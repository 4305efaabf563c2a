using Cluster.Contracts.Settings;
using Cluster.Testing;
using Cluster.Testing.Nginx;
using Cluster.Testing.Processes;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Drivers.Nginx;

/// <summary>Versions and ciphers of the block <c>https</c>, looked at with openssl.</summary>
public sealed class HttpsProtocolTests
{
    private const string Strong = "ECDHE-ECDSA-AES256-GCM-SHA384";

    [Fact]
    public async Task Versions_and_ciphers_hold_on_the_wire_and_what_is_left_out_is_refused()
    {
        await using var host = await NginxHost.StartAsync(new NginxOptions { Http = "ssl_protocols TLSv1.2 TLSv1.3;" });
        var part = InterfaceParts.Admin(host.Parts.Certificate("admin.example.test"));
        (await host.ApplyAsync(part)).Failure.ShouldBeNull();
        (await ConnectsAsync(host, "-tls1_3")).ShouldBeTrue();

        var applied = await host.ApplyAsync(part.WithHttps(TlsVersion.Tls12, TlsVersion.Tls12, Strong, "ECDHE-RSA-AES256-GCM-SHA384"));
        applied.Failure.ShouldBeNull();
        applied.Staged!.Refused.ShouldBeEmpty();
        applied.Proof!.Endpoints[0].Detail.ShouldBe("only TLSv1.2");
        (await ConnectsAsync(host, "-tls1_3")).ShouldBeFalse();
        (await ConnectsAsync(host, "-tls1_2")).ShouldBeTrue();
        (await ConnectsAsync(host, "-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-GCM-SHA256")).ShouldBeFalse();

        (await host.ApplyAsync(part.WithHttps(TlsVersion.Tls13, null, "TLS_AES_256_GCM_SHA384"))).Failure.ShouldBeNull();
        (await ConnectsAsync(host, "-tls1_2")).ShouldBeFalse();
        (await ConnectsAsync(host, "-tls1_3", "-ciphersuites", "TLS_AES_256_GCM_SHA384")).ShouldBeTrue();
        (await ConnectsAsync(host, "-tls1_3", "-ciphersuites", "TLS_AES_128_GCM_SHA256")).ShouldBeFalse();
    }

    [Theory]
    [InlineData("tls1.0", null, "A client of tls1.0 is refused")]
    [InlineData("tls1.2", "DHE-RSA-AES256-GCM-SHA384", "offers DHE-RSA-AES256-GCM-SHA384 is refused")]
    [InlineData("tls1.2", "NO-SUCH-CIPHER", "NO-SUCH-CIPHER is none that the agent knows")]
    public async Task What_this_host_s_library_does_not_offer_is_refused_by_name_and_the_interface_goes_live(
        string minimum, string? cipher, string told)
    {
        await using var host = await NginxHost.StartAsync();
        var certificate = host.Parts.Certificate("admin.example.test");
        string[] ciphers = cipher is null ? [] : [cipher, Strong];
        var part = InterfaceParts.Admin(certificate).WithHttps(Version(minimum), null, ciphers);

        var applied = await host.ApplyAsync(part);

        applied.Failure.ShouldBeNull();
        var refused = applied.Staged!.Refused.ShouldHaveSingleItem();
        $"{refused.Kind}/{refused.Name} {refused.Code}".ShouldBe("tls-protocols/https unsupported");
        refused.Message.ShouldContain(told);
        (await host.LeafAsync()).ShouldBe(certificate.Sha256);
        (await host.Driver.PlanAsync(part, NginxHost.Cancellation)).Value!.ShouldContain("! tls-protocols/https would be refused");
    }

    [Fact]
    public async Task A_server_with_versions_of_its_own_refuses_the_block_and_keeps_its_certificate()
    {
        await using var host = await NginxHost.StartAsync(new NginxOptions { Server = "ssl_protocols TLSv1.2;" });
        var (old, next) = (host.Parts.Certificate("admin.example.test"), host.Parts.Certificate("admin.example.test"));
        (await host.ApplyAsync(InterfaceParts.Admin(old))).Failure.ShouldBeNull();

        var applied = await host.ApplyAsync(InterfaceParts.Admin(next).WithHttps(TlsVersion.Tls13));

        applied.Failure.ShouldBeNull();
        var refused = applied.Staged!.Refused.ShouldHaveSingleItem();
        refused.Kind.ShouldBe("tls-protocols");
        refused.Message.ShouldContain("has ssl_protocols in its own block");
        (await host.LeafAsync()).ShouldBe(next.Sha256);
    }

    /// <summary>A directive of OpenSSL's own undoes <c>ssl_protocols</c>, and nothing in the configuration looks wrong.</summary>
    [Fact]
    public async Task Versions_that_another_way_takes_are_seen_on_the_wire()
    {
        await using var host = await NginxHost.StartAsync();
        var part = InterfaceParts.Admin(host.Parts.Certificate("admin.example.test")).WithHttps(TlsVersion.Tls13);
        (await host.ApplyAsync(part)).Failure.ShouldBeNull();
        host.Nginx.Write(new NginxOptions { Server = "ssl_conf_command MinProtocol TLSv1.2; ssl_conf_command Protocol +TLSv1.2;" });
        await host.Nginx.ReloadAsync();
        await Eventually.Is(() => ConnectsAsync(host, "-tls1_2"), "the workers of before the reload are gone");

        var failure = (await host.Driver.ProveAsync(part, NginxHost.Cancellation)).Failure.ShouldNotBeNull();
        failure.Message.ShouldContain("A client of tls1.2 is taken");
    }

    private static TlsVersion Version(string name) => name == "tls1.0" ? TlsVersion.Tls10 : TlsVersion.Tls12;

    private static async Task<bool> ConnectsAsync(NginxHost host, params string[] arguments) => (await Command.RunAsync(
        "/usr/bin/openssl", ["s_client", "-connect", $"127.0.0.1:{host.Nginx.Port}", "-brief", .. arguments])).ExitCode == 0;
}

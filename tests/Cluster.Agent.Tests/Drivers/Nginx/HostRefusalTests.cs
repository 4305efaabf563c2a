using Cluster.Contracts.Machines;
using Cluster.Testing.Nginx;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Drivers.Nginx;

/// <summary>
/// What the administrator's own configuration has against an interface: refused by name before anything changes, or seen on the wire.
/// </summary>
public sealed class HostRefusalTests
{
    public static TheoryData<string, NginxOptions, string> Against => new()
    {
        { "nowhere", new NginxOptions { Without = ["admin"] }, "No server of the nginx configuration includes its file. Write `include /" },
        {
            "certificate",
            new NginxOptions { Server = "ssl_certificate FALLBACK; ssl_certificate_key FALLBACK;" },
            "has an ssl_certificate of its own"
        },
        { "clear", new NginxOptions { Listen = "" }, "without TLS. Write `ssl`" },
        { "proxied", new NginxOptions { Listen = "ssl proxy_protocol" }, "expects the PROXY protocol" },
        { "rejects", new NginxOptions { Server = "ssl_reject_handshake on;" }, "rejects every handshake" },
        {
            "default",
            new NginxOptions { Others = "server { listen 127.0.0.1:PORT ssl default_server; server_name other.test; }" },
            "is the default one on 127.0.0.1:"
        },
        {
            "first",
            new NginxOptions { OthersBefore = "server { listen 127.0.0.1:PORT ssl; server_name other.test; }" },
            "Write `default_server`"
        },
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Against))]
    public async Task What_stands_against_an_interface_is_told_with_its_place(string name, NginxOptions options, string told)
    {
        await using var host = NginxHost.Stopped(options);
        host.Nginx.Write(options with { Server = options.Server.Replace("FALLBACK", host.Nginx.Fallback, StringComparison.Ordinal) });
        var part = InterfaceParts.Admin(host.Parts.Certificate("admin.example.test"));

        var failure = (await host.ApplyAsync(part)).Failure.ShouldNotBeNull(name);

        (failure.Code, failure.Kind, failure.Check).ShouldBe(("unsupported", ApplyFailureKind.Final, "validation"));
        failure.Message.ShouldContain(told);
        Directory.Exists(Path.Combine(host.Nginx.ConfigDirectory, "cluster")).ShouldBeFalse();
    }

    [Fact]
    public async Task An_address_of_the_local_file_at_which_the_server_does_not_listen_is_told()
    {
        await using var host = NginxHost.Stopped();
        host.Address = "0.0.0.0";
        host.NewDriver();
        var failure = (await host.ApplyAsync(InterfaceParts.Admin(host.Parts.Certificate("admin.example.test")))).Failure.ShouldNotBeNull();
        failure.Message.ShouldContain("does not listen on 0.0.0.0:");
    }

    [Fact]
    public async Task One_refused_interface_holds_back_no_other_and_is_taken_once_the_administrator_has_mended_it()
    {
        var options = new NginxOptions { Interfaces = ["admin", "api"], Without = ["api"] };
        await using var host = await NginxHost.StartAsync(options);
        var (admin, api) = (host.Parts.Certificate("admin.example.test"), host.Parts.Certificate("api.example.test"));
        var part = InterfaceParts.Admin(admin).WithInterface("api", api);
        var before = await host.Driver.LocalFingerprintAsync(Cancellation);

        var applied = await host.ApplyAsync(part);

        applied.Failure.ShouldBeNull();
        applied.Staged!.Refused.ShouldHaveSingleItem().Name.ShouldBe("api");
        applied.Proof!.Endpoints.ShouldHaveSingleItem().Name.ShouldBe("admin");
        (await host.LeafAsync("admin")).ShouldBe(admin.Sha256);
        (await host.Driver.LocalFingerprintAsync(Cancellation)).ShouldBe(before);

        host.Nginx.Write(options with { Without = [] });
        (await host.Driver.LocalFingerprintAsync(Cancellation)).ShouldNotBe(before);
        (await host.ApplyAsync(part)).Staged!.Refused.ShouldBeEmpty();
        (await host.LeafAsync("api")).ShouldBe(api.Sha256);
    }

    [Fact]
    public async Task Another_server_that_answers_for_one_name_is_seen_on_the_wire_and_the_old_state_is_put_back()
    {
        await using var host = await NginxHost.StartAsync(
            new NginxOptions { Others = "server { listen 127.0.0.1:PORT ssl; server_name alias.example.test; }" });
        var certificate = host.Parts.Certificate("admin.example.test");
        (await host.ApplyAsync(InterfaceParts.Admin(certificate))).Failure.ShouldBeNull();

        var applied = await host.ApplyAsync(InterfaceParts.Admin(host.Parts.Certificate("admin.example.test", "alias.example.test")));

        (applied.Failure!.Code, applied.NotRestored).ShouldBe(("not-served", null));
        applied.Failure.Message.ShouldStartWith("Interface admin at 127.0.0.1:");
        applied.Failure.Message.ShouldContain("Asked for alias.example.test: Another certificate is served");
        (await host.LeafAsync()).ShouldBe(certificate.Sha256);
    }

    [Fact]
    public async Task A_configuration_that_would_not_serve_it_any_more_is_told_before_it_is_reloaded()
    {
        await using var host = await NginxHost.StartAsync();
        var part = InterfaceParts.Admin(host.Parts.Certificate("admin.example.test"));
        (await host.ApplyAsync(part)).Failure.ShouldBeNull();
        var watched = await host.Driver.WatchedFilesAsync(Cancellation);
        host.Nginx.Write(new NginxOptions { Without = ["admin"] });

        (await host.Driver.WatchedFilesAsync(Cancellation)).ShouldNotBe(watched);
        var failure = (await host.Driver.ProveAsync(part, Cancellation)).Failure.ShouldNotBeNull();
        failure.Message.ShouldContain("is served, but not after the next reload");
    }

    [Fact]
    public async Task A_second_certificate_for_clients_of_another_kind_is_seen_on_the_wire()
    {
        await using var host = await NginxHost.StartAsync();
        var part = InterfaceParts.Admin(host.Parts.Certificate("admin.example.test"));
        (await host.ApplyAsync(part)).Failure.ShouldBeNull();
        host.Nginx.Write(new NginxOptions
        {
            Server = $"ssl_certificate {host.Nginx.Fallback}; ssl_certificate_key {host.Nginx.Fallback};",
        });
        await host.Nginx.ReloadedAsync();

        var failure = (await host.Driver.ProveAsync(part, Cancellation)).Failure.ShouldNotBeNull();
        failure.Message.ShouldContain("A client that takes RSA certificates alone is served another certificate");
    }
}

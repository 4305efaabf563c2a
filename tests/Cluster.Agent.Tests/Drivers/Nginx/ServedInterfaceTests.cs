using Cluster.Contracts.Bundles;
using Cluster.Contracts.Machines;
using Cluster.Testing;
using Cluster.Testing.Fleets;
using Cluster.Testing.Nginx;
using Cluster.Testing.Processes;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Drivers.Nginx;

/// <summary>What an interface serves, through faults of the host and of the settings: the old or the new complete state.</summary>
public sealed class ServedInterfaceTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_certificate_is_served_with_and_without_a_name_and_the_administrator_s_files_stay()
    {
        await using var host = await NginxHost.StartAsync();
        var before = await File.ReadAllTextAsync(host.Nginx.ConfigFile, Cancellation);
        foreach (var certificate in new[] { Admin(host), host.Parts.RsaCertificate("admin.example.test") })
        {
            var applied = await host.ApplyAsync(InterfaceParts.Nothing.WithInterface("admin", certificate, "admin.example.test"));
            applied.Failure.ShouldBeNull();
            var evidence = applied.Proof!.Endpoints.ShouldHaveSingleItem();
            (evidence.Kind, evidence.Name, evidence.Port, evidence.Method, evidence.LeafSha256).ShouldBe(
                ("interfaces", "admin", host.Nginx.Port, VerificationMethod.Wire, certificate.Sha256));
            (await host.LeafAsync()).ShouldBe(certificate.Sha256);
            (await host.LeafAsync("admin", "admin.example.test")).ShouldBe(certificate.Sha256);
        }

        (await File.ReadAllTextAsync(host.Nginx.ConfigFile, Cancellation)).ShouldBe(before);
        host.Nginx.Reloads.ShouldBe(2);
    }

    [Fact]
    public async Task Clients_can_be_turned_away_until_the_first_certificate_is_there()
    {
        await using var host = await NginxHost.StartAsync(new NginxOptions { HasFallback = false });
        await Should.ThrowAsync<Exception>(() => host.LeafAsync());
        var certificate = Admin(host);
        (await host.ApplyAsync(InterfaceParts.Admin(certificate))).Failure.ShouldBeNull();
        (await host.LeafAsync()).ShouldBe(certificate.Sha256);
    }

    [Fact]
    public async Task Interfaces_at_one_address_are_told_apart_by_their_names()
    {
        await using var host = await NginxHost.StartAsync(new NginxOptions { Interfaces = ["admin", "api"] });
        var port = host.Nginx.Port;
        host.Nginx.Share(port);
        host.Nginx.Write(new NginxOptions());
        await host.Nginx.ReloadAsync();
        host.NewDriver();
        var (admin, api) = (Admin(host), host.Parts.Certificate("api.example.test"));
        var part = InterfaceParts.Nothing.WithInterface("admin", admin, "admin.example.test").WithInterface("api", api);
        var refused = (await host.ApplyAsync(part)).Staged!.Refused.ShouldHaveSingleItem();
        $"{refused.Kind}/{refused.Name}: {refused.Message}".ShouldStartWith("interfaces/api: Other interfaces are at");

        (await host.ApplyAsync(part.WithInterface("api", api, "api.example.test"))).Failure.ShouldBeNull();
        (await host.LeafAsync("admin", "admin.example.test")).ShouldBe(admin.Sha256);
        (await host.LeafAsync("admin", "api.example.test")).ShouldBe(api.Sha256);
    }

    [Fact]
    public async Task A_stopped_nginx_stays_stopped_and_is_proven_when_it_runs()
    {
        await using var host = NginxHost.Stopped();
        var certificate = Admin(host);
        var part = InterfaceParts.Admin(certificate);
        (await host.ApplyAsync(part)).Proof!.Method.ShouldBe(VerificationMethod.Pending);
        host.Nginx.MainPid.ShouldBe(0);

        await host.Nginx.StartAsync();
        (await host.Driver.ProveAsync(part, Cancellation)).Value!.Method.ShouldBe(VerificationMethod.Wire);
        (await host.LeafAsync()).ShouldBe(certificate.Sha256);
    }

    [Fact]
    public async Task An_error_in_the_administrator_s_file_is_told_in_nginx_s_words_and_nothing_is_touched()
    {
        await using var host = await NginxHost.StartAsync();
        var certificate = Admin(host);
        (await host.ApplyAsync(InterfaceParts.Admin(certificate))).Failure.ShouldBeNull();
        await File.AppendAllTextAsync(host.Nginx.ConfigFile, "nonsense;\n", Cancellation);
        var files = FileTree.Describe(host.Nginx.ConfigDirectory);

        var failure = (await host.ApplyAsync(InterfaceParts.Admin(Admin(host)))).Failure.ShouldNotBeNull();

        (failure.Code, failure.Kind, failure.Check).ShouldBe(("native-check-failed", ApplyFailureKind.Final, "native-check"));
        failure.Message.ShouldContain("unknown directive \"nonsense\"");
        FileTree.Describe(host.Nginx.ConfigDirectory).ShouldBe(files);
        (await host.LeafAsync()).ShouldBe(certificate.Sha256);
        host.Nginx.Reloads.ShouldBe(1);
    }

    [Fact]
    public async Task What_nginx_refuses_after_the_switch_is_never_reloaded_and_led_back()
    {
        await using var host = await NginxHost.StartAsync();
        var certificate = Admin(host);
        (await host.ApplyAsync(InterfaceParts.Admin(certificate))).Failure.ShouldBeNull();
        var staged = (await host.Driver.StageAsync(InterfaceParts.Admin(Admin(host)), host.Parts, Cancellation)).Value!;
        (await host.Driver.SwitchAsync(staged.Token, Cancellation)).ShouldBeNull();
        var pem = Path.Combine(host.Nginx.ConfigDirectory, "cluster/current/admin.pem");
        await File.WriteAllTextAsync(pem, "no PEM", Cancellation);

        var failure = (await host.Driver.ReloadAsync(staged.Token, Cancellation)).ShouldNotBeNull();

        failure.Message.ShouldContain("admin.pem");
        host.Nginx.Reloads.ShouldBe(1);
        (await host.Driver.RestoreAsync(staged.Token, Cancellation)).ShouldBeNull();
        (await host.LeafAsync()).ShouldBe(certificate.Sha256);
    }

    [Fact]
    public async Task A_key_of_another_certificate_is_refused_by_name()
    {
        await using var host = await NginxHost.StartAsync();
        var certificate = Admin(host);
        (await host.ApplyAsync(InterfaceParts.Admin(certificate))).Failure.ShouldBeNull();
        var next = Admin(host);
        host.Parts.Swap(next);

        var staged = (await host.ApplyAsync(InterfaceParts.Admin(next))).Staged.ShouldNotBeNull();

        staged.Refused.Select(r => $"{r.Kind}/{r.Name} {r.Code}").ShouldBe(
            ["certificates/admin-cert key-mismatch", "interfaces/admin key-mismatch"]);
        (await host.LeafAsync()).ShouldBe(certificate.Sha256);
    }

    [Fact]
    [Trait("Category", "Full")]
    public async Task A_reload_that_changes_nothing_is_seen_on_the_wire()
    {
        await using var host = await NginxHost.StartAsync();
        var certificate = Admin(host);
        (await host.ApplyAsync(InterfaceParts.Admin(certificate))).Failure.ShouldBeNull();
        host.Runner.Instead = line => line.Contains("-s reload", StringComparison.Ordinal) ? ["/bin/true"] : null;

        var applied = await host.ApplyAsync(InterfaceParts.Admin(Admin(host)));

        (applied.Failure!.Code, applied.Failure.Check, applied.NotRestored).ShouldBe(("not-served", "probe", null));
        applied.Failure.Message.ShouldContain("Another certificate is served");
        (await host.LeafAsync()).ShouldBe(certificate.Sha256);
    }

    [Fact]
    public async Task A_full_disk_leaves_the_old_state_whole()
    {
        Assert.SkipWhen(NginxInstance.WhyNot.Length > 0, NginxInstance.WhyNot);
        using var disk = await SmallDisk.MountAsync(1);
        await using var host = await NginxHost.StartAsync(new NginxOptions { ConfigDirectory = disk.Make("etc") });
        var (certificate, next) = (Admin(host), Admin(host));
        (await host.ApplyAsync(InterfaceParts.Admin(certificate))).Failure.ShouldBeNull();
        disk.Fill();

        await Should.ThrowAsync<IOException>(() => host.Driver.StageAsync(InterfaceParts.Admin(next), host.Parts, Cancellation));
        (await host.LeafAsync()).ShouldBe(certificate.Sha256);
        (await host.Driver.ProveAsync(InterfaceParts.Admin(certificate), Cancellation)).Failure.ShouldBeNull();

        disk.Free();
        (await host.ApplyAsync(InterfaceParts.Admin(next))).Failure.ShouldBeNull();
        (await host.LeafAsync()).ShouldBe(next.Sha256);
    }

    [Fact]
    public async Task A_trial_that_a_killed_agent_left_is_ended_by_the_next_one()
    {
        await using var host = await NginxHost.StartAsync();
        var trial = Path.Combine(host.StateDirectory, "trial");
        Directory.CreateDirectory(trial);
        await File.WriteAllTextAsync(
            Path.Combine(trial, "nginx.conf"), $"pid {trial}/pid; error_log {trial}/log; events {{}}", Cancellation);
        (await Command.RunAsync("/usr/sbin/nginx", ["-c", Path.Combine(trial, "nginx.conf")])).Ok();
        var left = int.Parse(await File.ReadAllTextAsync(Path.Combine(trial, "pid"), Cancellation));

        (await host.ApplyAsync(InterfaceParts.Admin(Admin(host)))).Failure.ShouldBeNull();

        Host.IsAlive(left).ShouldBeFalse();
        Directory.Exists(trial).ShouldBeFalse();
    }

    private static PartCertificate Admin(NginxHost host) => host.Parts.Certificate("admin.example.test");
}

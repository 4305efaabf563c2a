using Cluster.Agent.Drivers.LdapClient;
using Cluster.Contracts.Machines;
using Cluster.Contracts.Settings;
using Cluster.Testing.Fleets;
using Cluster.Testing.Processes;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Drivers.LdapClient;

/// <summary>What a user's programs present to a real LDAP server, and what is said where that cannot be known.</summary>
public sealed class LdapClientTests
{
    private const string Theirs =
        "# mine\nURI ldaps://ldap.example.test\ntls_cert /etc/mine.pem\nTLS_KEY /etc/mine.pem\nTLS_CACERTDIR /etc/ssl/certs";

    private static CancellationToken Cancellation => LdapService.Cancellation;

    [Fact]
    public async Task The_user_presents_the_certificate_and_the_next_one_after_a_change_by_the_link_alone()
    {
        await using var service = await LdapService.StartAsync();
        await File.WriteAllTextAsync(service.RcFile, Theirs, Cancellation);

        var (_, proof) = await service.ApplyAsync(service.Settings());

        proof.Method.ShouldBe(VerificationMethod.Wire, proof.Detail);
        proof.Detail.ShouldContain("demands a certificate and took it");
        (await service.WhoAmIAsync()).Ok().Output.ShouldContain("cn=gw1.example.test");
        var lines = await File.ReadAllTextAsync(service.RcFile, Cancellation);
        lines.ShouldStartWith(Theirs);
        (await Command.RunAsync("/usr/bin/stat", ["-c", "%a %U", service.Live("ldap-nobody.pem")])).Ok().Output.ShouldBe("400 nobody\n");

        var written = File.GetLastWriteTimeUtc(service.RcFile);
        await service.ApplyAsync(service.With(LdapService.Nothing, "ldap-cert", service.Parts.Certificate("gw2.example.test")));
        (await service.WhoAmIAsync()).Ok().Output.ShouldContain("cn=gw2.example.test");
        File.GetLastWriteTimeUtc(service.RcFile).ShouldBe(written);

        await service.UnmanageAsync();
        (await File.ReadAllTextAsync(service.RcFile, Cancellation)).ShouldBe(Theirs);
        Directory.Exists(Path.Combine(service.Path, "cluster")).ShouldBeFalse();
    }

    [Fact]
    public async Task A_file_of_the_user_that_leads_to_itself_is_seen_and_hides_no_other_change()
    {
        await using var service = await LdapService.StartAsync();
        await service.ApplyAsync(service.Settings());
        var before = await service.NewDriver().WatchedFilesAsync(Cancellation);
        File.Delete(service.RcFile);
        File.CreateSymbolicLink(service.RcFile, ".ldaprc");

        var looping = await service.NewDriver().WatchedFilesAsync(Cancellation);

        looping.ShouldNotBe(before);
        (await service.NewDriver().WatchedFilesAsync(Cancellation)).ShouldBe(looping);
        (await service.NewDriver().ObserveAsync(Cancellation)).ShouldNotBeEmpty();
        await File.WriteAllTextAsync(Path.Combine(service.Home, "ldaprc"), Theirs, Cancellation);
        (await service.NewDriver().WatchedFilesAsync(Cancellation)).ShouldNotBe(looping);
    }

    [Fact]
    public async Task A_server_that_asks_for_no_certificate_proves_nothing_of_it()
    {
        await using var service = await LdapService.StartAsync("never");

        var (_, proof) = await service.ApplyAsync(service.Settings());

        proof.Method.ShouldBe(VerificationMethod.Loaded);
        proof.Detail.ShouldContain("asks for no certificate");
    }

    [Fact]
    public async Task A_server_that_is_down_is_not_checkable_and_proven_when_it_is_back()
    {
        await using var service = await LdapService.StartAsync();
        var part = service.Settings();
        await service.Server.StopAsync();

        var (_, proof) = await service.ApplyAsync(part);
        proof.Method.ShouldBe(VerificationMethod.NotCheckable);
        proof.Detail.ShouldContain("does not take connections");

        await service.Server.StartAsync();
        (await service.NewDriver().ProveAsync(part, Cancellation)).Value!.Method.ShouldBe(VerificationMethod.Wire);
    }

    [Fact]
    public async Task A_certificate_that_the_server_refuses_is_a_failure_and_the_old_one_comes_back()
    {
        await using var service = await LdapService.StartAsync();
        await service.ApplyAsync(service.Settings());
        using var stranger = new Cluster.Testing.Authorities.TestCa("Stranger");
        var next = service.With(LdapService.Nothing, "ldap-cert", service.Parts.IssuedBy(stranger, "gw9.example.test"));
        var staged = (await service.NewDriver().StageAsync(next, service.Parts, Cancellation)).Value!;
        (await service.NewDriver().SwitchAsync(staged.Token, Cancellation)).ShouldBeNull();

        var failure = (await service.NewDriver().ProveAsync(next, Cancellation)).Failure.ShouldNotBeNull();
        (failure.Code, failure.Check).ShouldBe((ApplyCodes.NotServed, "probe"));

        (await service.NewDriver().RestoreAsync(staged.Token, Cancellation)).ShouldBeNull();
        (await service.WhoAmIAsync()).Ok().Output.ShouldContain("cn=gw1.example.test");
    }

    [Fact]
    public async Task A_server_whose_authority_is_not_trusted_is_a_failure_although_the_host_trusts_it()
    {
        await using var service = await LdapService.StartAsync();
        var trusted = Path.Combine(service.Path, "host-authorities");
        Directory.CreateDirectory(trusted);
        await File.WriteAllTextAsync(Path.Combine(trusted, "lab.pem"), service.Parts.Ca.Root.ToPem(), Cancellation);
        await File.WriteAllTextAsync(service.RcFile, $"TLS_CACERTDIR {trusted}\nTLS_REQCERT never\n", Cancellation);
        using var stranger = new Cluster.Testing.Authorities.TestCa("Stranger");
        var part = service.Settings().With("lab", new TrustedAuthority { Certificates = stranger.Root.ToPem() });
        var staged = (await service.NewDriver().StageAsync(part, service.Parts, Cancellation)).Value!;
        (await service.NewDriver().SwitchAsync(staged.Token, Cancellation)).ShouldBeNull();

        (await service.NewDriver().ProveAsync(part, Cancellation)).Failure.ShouldNotBeNull().Code.ShouldBe(ApplyCodes.NotServed);
    }

    [Fact]
    public async Task Without_a_server_in_the_host_s_own_file_it_is_read_back_only()
    {
        await using var service = await LdapService.StartAsync();
        service.Options = service.Options[..service.Options.IndexOf(",\"servers\"", StringComparison.Ordinal)];

        var (_, proof) = await service.ApplyAsync(service.Settings());

        proof.Method.ShouldBe(VerificationMethod.Loaded);
        proof.Detail.ShouldContain("names no server");
    }

    [Fact]
    public async Task A_link_to_the_file_stays_a_link_and_mode_and_owner_stay()
    {
        await using var service = await LdapService.StartAsync();
        var target = Path.Combine(service.Path, "kept-elsewhere");
        await File.WriteAllTextAsync(target, "BASE dc=lab\n", Cancellation);
        (await Command.RunAsync("/bin/chmod", ["0644", target])).Ok();
        (await Command.RunAsync("/bin/chown", ["nobody:daemon", target])).Ok();
        File.CreateSymbolicLink(service.RcFile, target);

        await service.ApplyAsync(service.Settings());

        new FileInfo(service.RcFile).LinkTarget.ShouldBe(target);
        (await Command.RunAsync("/usr/bin/stat", ["-c", "%a %U:%G", target])).Ok().Output.ShouldBe("644 nobody:daemon\n");
        await service.UnmanageAsync();
        (await File.ReadAllTextAsync(target, Cancellation)).ShouldBe("BASE dc=lab\n");
    }

    [Theory]
    [InlineData("link", "is a link that its user can lead elsewhere")]
    [InlineData("ldaprc", "/ldaprc sets TLS_CERT")]
    [InlineData("home", "has no home directory")]
    public async Task What_the_host_has_against_it_is_refused_by_name(string what, string says)
    {
        await using var service = await LdapService.StartAsync();
        if (what == "link")
        {
            File.CreateSymbolicLink(service.RcFile, "/etc/shadow");
            (await Command.RunAsync("/bin/chown", ["-h", "nobody", service.RcFile])).Ok();
        }
        else if (what == "ldaprc")
        {
            await File.WriteAllTextAsync(Path.Combine(service.Home, "ldaprc"), "TLS_CERT /x\n", Cancellation);
        }
        else
        {
            Directory.Delete(service.Home);
        }

        var failure = (await service.NewDriver().StageAsync(service.Settings(), service.Parts, Cancellation)).Failure.ShouldNotBeNull();

        failure.Code.ShouldBe(ApplyCodes.Unsupported);
        failure.Message.ShouldContain(says);
    }

    [Fact]
    public async Task Own_lines_of_the_host_that_present_a_certificate_stand_against_settings_that_name_none()
    {
        await using var service = await LdapService.StartAsync();
        await File.WriteAllTextAsync(service.RcFile, Theirs, Cancellation);
        var part = LdapService.Nothing.With(new LdapSettings());

        var failure = (await service.NewDriver().StageAsync(part, service.Parts, Cancellation)).Failure.ShouldNotBeNull();

        failure.Message.ShouldContain("presents a certificate of its own");
    }

    [Fact]
    public async Task A_switch_that_was_cut_off_between_the_link_and_the_lines_is_gone_on_with_or_led_back()
    {
        await using var service = await LdapService.StartAsync();
        await File.WriteAllTextAsync(service.RcFile, Theirs, Cancellation);
        var part = service.Settings();
        var staged = (await service.NewDriver().StageAsync(part, service.Parts, Cancellation)).Value!;
        (await service.NewDriver().SwitchAsync(staged.Token, Cancellation)).ShouldBeNull();
        await File.WriteAllTextAsync(service.RcFile, Theirs, Cancellation);

        (await service.NewDriver().ProveAsync(part, Cancellation)).Failure.ShouldNotBeNull().Code.ShouldBe(ApplyCodes.NotLive);
        (await service.NewDriver().SwitchAsync(staged.Token, Cancellation)).ShouldBeNull();
        (await service.NewDriver().ProveAsync(part, Cancellation)).Value!.Method.ShouldBe(VerificationMethod.Wire);

        await File.WriteAllTextAsync(service.RcFile, Theirs, Cancellation);
        (await service.NewDriver().RestoreAsync(staged.Token, Cancellation)).ShouldBeNull();
        (await File.ReadAllTextAsync(service.RcFile, Cancellation)).ShouldBe(Theirs);
        new FileInfo(Path.Combine(service.Path, "cluster/current")).LinkTarget.ShouldBeNull();
    }

    [Fact]
    public async Task A_user_that_the_host_s_own_file_gives_up_gets_its_file_back()
    {
        await using var service = await LdapService.StartAsync();
        await File.WriteAllTextAsync(service.RcFile, Theirs, Cancellation);
        var part = service.Settings();
        await service.ApplyAsync(part);
        var other = Directory.CreateDirectory(Path.Combine(service.Path, "other")).FullName;
        service.Options = service.Options.Replace(service.Home, other, StringComparison.Ordinal);

        (await service.ApplyAsync(part)).Staged.Changed.ShouldBeTrue();

        (await File.ReadAllTextAsync(service.RcFile, Cancellation)).ShouldBe(Theirs);
        File.Exists(Path.Combine(other, ".ldaprc")).ShouldBeTrue();
        await service.UnmanageAsync();
        File.Exists(Path.Combine(other, ".ldaprc")).ShouldBeFalse("the agent made it");
    }

    [Fact]
    [Trait("Category", "Full")]
    public async Task A_home_on_a_full_disk_leaves_its_file_as_it_was_and_the_way_back_is_free()
    {
        await using var service = await LdapService.StartAsync();
        using var disk = await SmallDisk.MountAsync(1);
        var home = disk.Make("home");
        var file = Path.Combine(home, ".ldaprc");
        await File.WriteAllTextAsync(file, Theirs, Cancellation);
        service.Options = service.Options.Replace(service.Home, home, StringComparison.Ordinal);
        disk.Fill();
        var part = service.Settings();
        var staged = (await service.NewDriver().StageAsync(part, service.Parts, Cancellation)).Value!;

        await Should.ThrowAsync<IOException>(() => service.NewDriver().SwitchAsync(staged.Token, Cancellation));

        (await File.ReadAllTextAsync(file, Cancellation)).ShouldBe(Theirs);
        (await service.NewDriver().RestoreAsync(staged.Token, Cancellation)).ShouldBeNull();
        disk.Free();
        (await service.ApplyAsync(part)).Proof.Method.ShouldBe(VerificationMethod.Wire);
    }

    [Theory]
    [InlineData("""{"users":[{"name":"nosuchuser"}]}""", "/users/0/name")]
    [InlineData("""{"users":[{"name":"nobody","home":"x"}]}""", "/users/0/home")]
    [InlineData("""{"postfixMaps":[{"file":"x.cf"}]}""", "/postfixMaps/0/file")]
    [InlineData("""{"servers":["ldap://x"]}""", "/servers/0")]
    public void What_is_wrong_in_the_host_s_own_file_is_named(string options, string pointer)
    {
        var json = System.Text.Json.JsonDocument.Parse("""{"configDirectory":"/etc/x",""" + options[1..]).RootElement;
        Cluster.Agent.Drivers.DriverCatalog.Find(LdapClientDriver.DriverName)!.CheckOptions(json)
            .ShouldHaveSingleItem().Pointer.ShouldBe(pointer);
    }
}

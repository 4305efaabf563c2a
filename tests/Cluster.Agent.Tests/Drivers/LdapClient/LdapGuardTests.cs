using Cluster.Contracts.Machines;
using Cluster.Testing.Processes;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Drivers.LdapClient;

/// <summary>What a user of the host can do to the agent, which writes into the user's home as root, and to its proofs.</summary>
public sealed class LdapGuardTests
{
    private const string Theirs = "BASE dc=lab\n";

    private static CancellationToken Cancellation => LdapService.Cancellation;

    [Fact]
    public async Task No_file_that_is_written_runs_as_its_owner()
    {
        await using var service = await LdapService.StartAsync();
        await File.WriteAllTextAsync(service.RcFile, Theirs, Cancellation);
        (await Command.RunAsync("/bin/chmod", ["6755", service.RcFile])).Ok();

        await service.ApplyAsync(service.Settings());

        (await Command.RunAsync("/usr/bin/stat", ["-c", "%a", service.RcFile])).Ok().Output.ShouldBe("755\n");
    }

    [Fact]
    public async Task A_file_that_becomes_a_link_to_a_program_of_root_gives_nobody_its_rights()
    {
        await using var service = await LdapService.StartAsync();
        (await Command.RunAsync("/bin/chown", ["nobody", service.Home])).Ok();
        var (program, file, link) = (Path.Combine(service.Path, "program"), service.RcFile + ".file", service.RcFile + ".link");
        await File.WriteAllTextAsync(program, "x", Cancellation);
        (await Command.RunAsync("/bin/chmod", ["4755", program])).Ok();
        for (var i = 0; i < 2000; i++) await File.WriteAllTextAsync(Path.Combine(service.Home, $"other{i}"), "", Cancellation);
        var staged = (await service.NewDriver().StageAsync(service.Settings(), service.Parts, Cancellation)).Value!;
        var until = DateTime.UtcNow.AddSeconds(4);
        var user = Command.RunAsync(
            "/usr/bin/setpriv",
            [
                "--reuid=nobody", "--regid=nogroup", "--clear-groups", "/bin/bash", "-c",
                $"end=$((SECONDS+4)); while [ $SECONDS -lt $end ]; do if [ ! -L {service.RcFile} ] && [ -u {service.RcFile} ]; then "
                + $"mv {service.RcFile} {service.RcFile}.root; fi; ln -sf {program} {link}; echo mine >{file}; "
                + $"mv -f {file} {service.RcFile}; "
                + $"mv -f {link} {service.RcFile}; done",
            ]);

        while (DateTime.UtcNow < until) await SwitchOnceAsync(service, staged.Token);

        await user;
        var found = await Command.RunAsync("/usr/bin/find", [service.Home, "-perm", "/6000"]);
        found.Output.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_no_file_is_refused_by_name_and_a_restore_goes_on_past_it()
    {
        await using var service = await LdapService.StartAsync();
        var other = Directory.CreateDirectory(Path.Combine(service.Path, "other")).FullName;
        var (otherFile, part) = (Path.Combine(other, ".ldaprc"), service.Settings());
        service.Options = service.Options.Replace(
            "\"users\":[", $$"""
            "users":[{"name":"daemon","home":"{{other}}"},
            """, StringComparison.Ordinal);
        await File.WriteAllTextAsync(service.RcFile, Theirs, Cancellation);
        var staged = (await service.NewDriver().StageAsync(part, service.Parts, Cancellation)).Value!;
        (await service.NewDriver().SwitchAsync(staged.Token, Cancellation)).ShouldBeNull();
        File.Delete(otherFile);
        Directory.CreateDirectory(otherFile);

        (await Should.ThrowAsync<IOException>(() => service.NewDriver().SwitchAsync(staged.Token, Cancellation)))
            .Message.ShouldContain(otherFile);
        (await service.NewDriver().RestoreAsync(staged.Token, Cancellation)).ShouldBeNull();

        (await File.ReadAllTextAsync(service.RcFile, Cancellation)).ShouldBe(Theirs);
        var refused = (await service.NewDriver().StageAsync(part, service.Parts, Cancellation)).Failure.ShouldNotBeNull();
        refused.Message.ShouldContain($"{otherFile} is no regular file");
    }

    [Theory]
    [InlineData("home")]
    [InlineData("way")]
    public async Task A_home_that_its_user_leads_elsewhere_is_refused_and_nothing_is_written_there(string what)
    {
        await using var service = await LdapService.StartAsync();
        var own = Directory.CreateDirectory(Path.Combine(service.Path, "scan")).FullName;
        var secret = Directory.CreateDirectory(Path.Combine(service.Path, "secret")).FullName;
        Directory.CreateDirectory(Path.Combine(secret, "home"));
        var home = Path.Combine(own, what == "home" ? "home" : "way/home");
        File.CreateSymbolicLink(Path.Combine(own, what), secret);
        (await Command.RunAsync("/bin/chown", ["-h", "nobody", own, Path.Combine(own, what)])).Ok();
        service.Options = service.Options.Replace(service.Home, home, StringComparison.Ordinal);

        var refused = (await service.NewDriver().StageAsync(service.Settings(), service.Parts, Cancellation)).Failure.ShouldNotBeNull();

        refused.Code.ShouldBe(ApplyCodes.Unsupported);
        refused.Message.ShouldContain($"{Path.Combine(own, what)} is a link that its user can lead elsewhere");
    }

    [Fact]
    public async Task A_file_of_another_user_is_refused_by_name()
    {
        await using var service = await LdapService.StartAsync();
        await File.WriteAllTextAsync(service.RcFile, Theirs, Cancellation);
        (await Command.RunAsync("/bin/chown", ["daemon", service.RcFile])).Ok();

        var refused = (await service.NewDriver().StageAsync(service.Settings(), service.Parts, Cancellation)).Failure.ShouldNotBeNull();

        refused.Message.ShouldContain($"{service.RcFile} belongs to neither");
    }

    [Fact]
    public async Task A_key_file_with_the_key_of_another_is_not_live()
    {
        await using var service = await LdapService.StartAsync();
        var part = service.Settings();
        await service.ApplyAsync(part);
        var file = service.Live("ldap-nobody.pem");
        var text = await File.ReadAllTextAsync(file, Cancellation);
        using var other = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        await File.WriteAllTextAsync(
            file,
            other.ExportPkcs8PrivateKeyPem() + "\n" + text[text.IndexOf("-----BEGIN CERT", StringComparison.Ordinal)..],
            Cancellation);

        (await service.NewDriver().ProveAsync(part, Cancellation)).Failure.ShouldNotBeNull().Code.ShouldBe(ApplyCodes.NotLive);
    }

    private static async Task SwitchOnceAsync(LdapService service, string token)
    {
        try
        {
            await service.NewDriver().SwitchAsync(token, Cancellation);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The user may hold the change up; nothing more.
        }
    }
}

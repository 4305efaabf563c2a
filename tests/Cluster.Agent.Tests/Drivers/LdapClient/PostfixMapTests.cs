using Cluster.Contracts.Machines;
using Cluster.Testing.Processes;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Drivers.LdapClient;

/// <summary>LDAP maps of Postfix, looked up by Postfix's own program under its own user.</summary>
public sealed class PostfixMapTests
{
    private static CancellationToken Cancellation => LdapService.Cancellation;

    [Fact]
    public async Task A_map_presents_the_certificate_and_its_file_comes_back_byte_for_byte()
    {
        await using var service = await LdapService.StartAsync();
        var theirs = await MapAsync(service, service.Server.Url);

        var (_, proof) = await service.ApplyAsync(service.Settings());

        proof.Method.ShouldBe(VerificationMethod.Wire);
        var file = Path.Combine(service.Path, "aliases.cf");
        var found = await Command.RunAsync("/usr/sbin/postmap", ["-c", service.Path, "-q", "a@lab.test", $"ldap:{file}"]);
        found.Ok().Output.ShouldBe("a@lab.test\n");
        (await Command.RunAsync("/usr/bin/stat", ["-c", "%a %U:%G", file])).Ok().Output.ShouldBe("640 root:postfix\n");

        await service.UnmanageAsync();
        (await File.ReadAllTextAsync(file, Cancellation)).ShouldBe(theirs);
    }

    [Fact]
    public async Task A_map_without_TLS_is_refused_by_name()
    {
        await using var service = await LdapService.StartAsync();
        await MapAsync(service, "ldap://127.0.0.1:389");

        var failure = (await service.NewDriver().StageAsync(service.Settings(), service.Parts, Cancellation)).Failure.ShouldNotBeNull();

        failure.Code.ShouldBe(ApplyCodes.Unsupported);
        failure.Message.ShouldContain("connects without TLS");
    }

    [Fact]
    public async Task A_map_whose_server_refuses_the_certificate_is_a_failure()
    {
        await using var service = await LdapService.StartAsync();
        await MapAsync(service, service.Server.Url);
        using var stranger = new Cluster.Testing.Authorities.TestCa("Stranger");
        var part = service.With(LdapService.Nothing, "ldap-cert", service.Parts.IssuedBy(stranger, "gw9.example.test"));
        var staged = (await service.NewDriver().StageAsync(part, service.Parts, Cancellation)).Value!;
        (await service.NewDriver().SwitchAsync(staged.Token, Cancellation)).ShouldBeNull();

        var failure = (await service.NewDriver().ProveAsync(part, Cancellation)).Failure.ShouldNotBeNull();

        failure.Message.ShouldContain("Postfix cannot look anything up in");
    }

    internal static async Task<string> MapAsync(LdapService service, string server)
    {
        Assert.SkipUnless(File.Exists("/usr/lib/postfix/postfix-ldap.so"), "postfix-ldap is needed");
        var map = Path.Combine(service.Path, "aliases.cf");
        var text = $"server_host = {server}\nversion = 3\nsearch_base = dc=lab\nquery_filter = (mail=%s)\nresult_attribute = mail\n"
            + "bind = no\n# mine\ntls_ca_cert_file = /nowhere\ntls_require_cert = no";
        await File.WriteAllTextAsync(map, text, Cancellation);
        (await Command.RunAsync("/bin/chown", ["root:postfix", map])).Ok();
        (await Command.RunAsync("/bin/chmod", ["0640", map])).Ok();
        await File.WriteAllTextAsync(
            Path.Combine(service.Path, "main.cf"),
            $"compatibility_level = 3.6\nqueue_directory = {Directory.CreateDirectory(Path.Combine(service.Path, "q"))}\n"
            + $"data_directory = {Directory.CreateDirectory(Path.Combine(service.Path, "d"))}\n",
            Cancellation);
        service.Options = $$"""
            "postfixMaps":[{"file":"{{map}}","probeKey":"a@lab.test"}],"postfixDirectory":"{{service.Path}}",
            "servers":["{{service.Server.Url}}"]
            """;
        return text;
    }
}

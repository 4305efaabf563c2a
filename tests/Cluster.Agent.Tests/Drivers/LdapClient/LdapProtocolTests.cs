using Cluster.Agent.Drivers;
using Cluster.Agent.Tests.Drivers.Postfix;
using Cluster.Contracts.Bundles;
using Cluster.Contracts.Machines;
using Cluster.Contracts.Settings;
using Cluster.Testing.Processes;
using Cluster.Verification.Tls;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Drivers.LdapClient;

/// <summary>Versions and ciphers that LDAP clients of the host really offer.</summary>
public sealed class LdapProtocolTests
{
    private const string Ecdsa256 = "ECDHE-ECDSA-AES256-GCM-SHA384";
    private const string Ecdsa128 = "ECDHE-ECDSA-AES128-GCM-SHA256";
    private const string Rsa256 = "ECDHE-RSA-AES256-GCM-SHA384";
    private const string Tls256 = "TLS_AES_256_GCM_SHA384";

    private static TlsProtocolBlock Block => new() { Minimum = TlsVersion.Tls12, Ciphers = [Ecdsa256, Rsa256, Tls256] };

    [Fact]
    public async Task A_user_offers_the_named_ciphers_alone_and_reaches_the_server_with_them()
    {
        await using var service = await LdapService.StartAsync();
        await File.WriteAllTextAsync(service.RcFile, "TLS_CIPHER_SUITE SECURE128", LdapService.Cancellation);

        var (staged, proof) = await service.ApplyAsync(With(service.Settings(), Block));

        staged.Refused.ShouldBeEmpty();
        proof.Method.ShouldBe(VerificationMethod.Wire);
        proof.Detail.ShouldContain("libldap seen to offer only TLSv1.2 TLSv1.3 with the named ciphers alone");
        var hello = await service.HelloAsync();
        hello.Suites.Select(CipherSuites.NameOf).ShouldBe([Tls256, Ecdsa256, Rsa256]);
        hello.Versions!.ShouldBe([0x0304, 0x0303], ignoreOrder: true);
        (await service.WhoAmIAsync()).Ok().Output.ShouldContain("cn=gw1.example.test");

        await service.UnmanageAsync();
        (await File.ReadAllTextAsync(service.RcFile, LdapService.Cancellation)).ShouldBe("TLS_CIPHER_SUITE SECURE128");
        (await service.HelloAsync()).Suites.Count.ShouldBeGreaterThan(5);
    }

    [Fact]
    [Trait("Category", "Full")]
    public async Task A_block_needs_no_other_settings_and_its_maximum_is_seen_where_the_client_lists_no_versions()
    {
        await using var service = await LdapService.StartAsync();
        var (_, proof) = await service.ApplyAsync(
            With(LdapService.Nothing, new TlsProtocolBlock { Minimum = TlsVersion.Tls12, Maximum = TlsVersion.Tls12 }));
        (proof.Method, proof.Detail).ShouldBe((VerificationMethod.Wire, "libldap seen to offer only TLSv1.2"));
        (await service.HelloAsync()).Versions.ShouldBeNull();
        (await File.ReadAllTextAsync(service.RcFile, LdapService.Cancellation)).ShouldNotContain("TLS_REQCERT");

        await service.ApplyAsync(With(LdapService.Nothing, new TlsProtocolBlock { Minimum = TlsVersion.Tls13 }));
        (await service.HelloAsync()).Versions.ShouldBe([0x0304]);
        await service.ApplyAsync(
            With(LdapService.Nothing, new TlsProtocolBlock { Minimum = TlsVersion.Tls10, Maximum = TlsVersion.Tls11 }));
        (await service.HelloAsync()).Legacy.ShouldBe(0x0302);
    }

    [Theory]
    [InlineData("NORMAL:-VERS-ALL:+VERS-TLS1.2:+VERS-TLS1.3", "It offers tls1.3, which is not among the versions")]
    [InlineData("NORMAL:-VERS-ALL:+VERS-TLS1.2:+VERS-TLS1.1", "It takes tls1.1 from a server, which is not among the versions")]
    [Trait("Category", "Full")]
    public async Task What_is_offered_counts_and_not_what_stands_in_the_file(string offered, string reason)
    {
        await using var service = await LdapService.StartAsync();
        var part = With(service.Settings(), new TlsProtocolBlock { Minimum = TlsVersion.Tls12, Maximum = TlsVersion.Tls12 });
        (await service.ApplyAsync(part)).Staged.Refused.ShouldBeEmpty();
        service.Runner = new RecordingRunner
        {
            Instead = line => line.Contains($"HOME={service.Home}", StringComparison.Ordinal)
                && !line.Contains(service.Server.Url, StringComparison.Ordinal)
                ? line.Replace("LC_ALL=C", $"LC_ALL=C LDAPTLS_CIPHER_SUITE={offered}", StringComparison.Ordinal).Split(' ')
                : null,
        };
        var failure = (await service.NewDriver().ProveAsync(part, LdapService.Cancellation)).Failure.ShouldNotBeNull();
        failure.Message.ShouldStartWith($"What nobody offers to LDAP servers by {service.RcFile}: ");
        failure.Message.ShouldContain(reason);
    }

    [Fact]
    [Trait("Category", "Full")]
    public async Task A_map_of_Postfix_offers_the_same()
    {
        await using var service = await LdapService.StartAsync();
        await PostfixMapTests.MapAsync(service, service.Server.Url);
        var (staged, proof) = await service.ApplyAsync(With(service.Settings(), Block));
        staged.Refused.ShouldBeEmpty();
        proof.Method.ShouldBe(VerificationMethod.Wire);
        proof.Detail.ShouldContain("with the named ciphers alone");
        var map = Path.Combine(service.Path, "aliases.cf");
        (await File.ReadAllTextAsync(map, LdapService.Cancellation)).ShouldContain("tls_cipher_suite = NORMAL:-VERS-ALL:");
        var found = await Command.RunAsync("/usr/sbin/postmap", ["-c", service.Path, "-q", "a@lab.test", $"ldap:{map}"]);
        found.Ok().Output.ShouldBe("a@lab.test\n");
    }

    [Fact]
    [Trait("Category", "Full")]
    public async Task What_cannot_be_offered_is_refused_by_name_and_the_certificate_goes_live()
    {
        await using var service = await LdapService.StartAsync();
        await Refused(service, Block with { Ciphers = ["ECDHE-ARIA256-GCM-SHA384"] }, "has no cipher ECDHE-ARIA256-GCM-SHA384");
        await Refused(service, Block with { Ciphers = [Ecdsa128, Rsa256] }, "It also offers the cipher");
        await Refused(service, Block with { Ciphers = ["AES256-SHA", "AES128-SHA"] }, "It offers no cipher for tls1.3");
        await Refused(
            service,
            Block with { Ciphers = [Ecdsa256, Rsa256, Ecdsa128, "ECDHE-RSA-AES128-GCM-SHA256"], Maximum = TlsVersion.Tls12 },
            "in another order");
        await File.WriteAllTextAsync(Path.Combine(service.Home, "ldaprc"), "TLS_CIPHER_SUITE NORMAL\n", LdapService.Cancellation);
        await Refused(service, Block, "ldaprc sets TLS_CIPHER_SUITE");
        File.Delete(Path.Combine(service.Home, "ldaprc"));
        service.Runner = new RecordingRunner
        {
            Instead = line => line.StartsWith("/usr/bin/ldd ", StringComparison.Ordinal) ? ["/bin/echo", "libssl.so.3 => /lib/x"] : null,
        };
        await Refused(service, Block, "not linked with GnuTLS");
    }

    [Fact]
    [Trait("Category", "Full")]
    public async Task What_is_refused_later_stays_as_it_was_and_nothing_is_said_of_it()
    {
        await using var service = await LdapService.StartAsync();
        await service.ApplyAsync(With(service.Settings(), Block));
        var (staged, proof) = await service.ApplyAsync(With(service.Settings(), Block with { Ciphers = [Ecdsa128, Rsa256] }));
        staged.Refused.ShouldHaveSingleItem().Name.ShouldBe(TlsProtocolBlock.Clients);
        proof.Detail.ShouldNotContain("libldap");
        (await service.HelloAsync()).Suites.Select(CipherSuites.NameOf).ShouldBe([Tls256, Ecdsa256, Rsa256]);
    }

    private static async Task Refused(LdapService service, TlsProtocolBlock block, string reason)
    {
        var (staged, proof) = await service.ApplyAsync(With(service.Settings(), block));
        var refused = staged.Refused.ShouldHaveSingleItem();
        (refused.Kind, refused.Name, refused.Code).ShouldBe((Kinds.TlsProtocols, TlsProtocolBlock.Clients, ApplyCodes.Unsupported));
        refused.Message.ShouldContain(reason);
        proof.Method.ShouldBe(VerificationMethod.Wire);
        proof.Detail.ShouldNotContain("libldap");
        (await File.ReadAllTextAsync(service.RcFile, LdapService.Cancellation)).ShouldNotContain("TLS_CIPHER_SUITE");
    }

    private static ServicePart With(ServicePart part, TlsProtocolBlock block) => part.With(TlsProtocolBlock.Clients, block);
}

using Cluster.Agent.Drivers.Postfix.Control;
using Cluster.Agent.Drivers.Postfix.Files;
using Cluster.Agent.Drivers.Processes;
using Cluster.Testing;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Drivers.Postfix;

/// <summary>Options of master.cf are seen in every form in which the daemons of Postfix see them.</summary>
public sealed class MasterOptionTests
{
    private const string Name = "smtp_tls_policy_maps";

    [Theory]
    [InlineData("{-osmtp_tls_policy_maps=}", "")]
    [InlineData("{ -osmtp_tls_policy_maps = a b }", "a b")]
    [InlineData("{-o} {smtp_tls_policy_maps=a}", "a")]
    [InlineData("{-o smtp_tls_policy_maps = a}", "a")]
    [InlineData("{-vo} smtp_tls_policy_maps=a", "a")]
    [InlineData("{-vvosmtp_tls_policy_maps=a}", "a")]
    [InlineData("-o smtp_tls_policy_maps=a {-osmtp_tls_policy_maps=b}", "b")]
    [InlineData("{-osmtp_tls_policy_maps=b} -o smtp_tls_policy_maps=a", "a")]
    [InlineData("-o { smtp_tls_policy_maps = inline:{ {a = b} } }", "inline:{ {a = b} }")]
    [InlineData("-o smtp_tls_policy_maps=inline:{{a=b}}", "inline:{{a=b}}")]
    [InlineData("-i 3 -o smtp_tls_policy_maps=a", "a")]
    [InlineData("-osmtp_helo_timeout=3 -osmtp_tls_policy_maps=a", "a")]
    [InlineData("-n -o smtp_tls_policy_maps=a", null)]
    [InlineData("x -o smtp_tls_policy_maps=a", null)]
    [InlineData("-- -o smtp_tls_policy_maps=a", null)]
    public void An_option_is_what_the_daemon_takes_it_for(string words, string? value)
    {
        var entry = MasterCf.Parse($"smtp unix - - n - - smtp\n  {words}\n").Entries.Single();

        entry.Option(Name).ShouldBe(value);
    }

    /// <summary>postconf takes some of these forms for other options than the daemons do, or for none.</summary>
    [Fact]
    public async Task What_Postfix_reports_is_mended_by_what_the_daemons_see()
    {
        using var directory = new TestDirectory("options");
        await WriteAsync("main.cf", "compatibility_level=3.6\nmine=texthash:/maps\n");
        await WriteAsync(
            "master.cf",
            "one unix - - n - - smtp\n  {-osmtp_tls_policy_maps=}\n"
                + "two unix - - n - - smtp\n  -o smtp_tls_policy_maps=a {-osmtp_tls_policy_maps=$mine/$other} {-oother=x}\n"
                + "three unix - - n - - smtp -osmtp_helo_timeout=3\n"
                + "four unix - - n - - smtp -o smtp_helo_name=$mine\n"
                + "five inet n - n - - smtpd\n  -o smtpd_restriction_classes=scan {-oscan=static:{FILTER smtp:[10.0.0.1]}}\n"
                + "  {-ocontent_filter=$smtp_helo_name}\n");

        var options = await new PostfixCommands(new ProcessRunner()).OptionsAsync(directory.Path, PostfixHost.Cancellation);

        options["one/unix"][Name].ShouldBe("");
        options["two/unix"][Name].ShouldBe("texthash:/maps/x");
        options["three/unix"]["smtp_helo_timeout"].ShouldBe("3");
        options["four/unix"]["smtp_helo_name"].ShouldBe("texthash:/maps");
        options["five/inet"]["scan"].ShouldBe("static:{FILTER smtp:[10.0.0.1]}");
        options["five/inet"]["content_filter"].ShouldNotBeEmpty();
        options["five/inet"]["content_filter"].ShouldNotContain("$");

        Task WriteAsync(string file, string text) => File.WriteAllTextAsync(directory[file], text, PostfixHost.Cancellation);
    }
}

using System.Net;
using Cluster.Agent.Drivers.Postfix.Files;
using Cluster.Agent.Drivers.Postfix.Rendering;
using Cluster.Agent.Drivers.Refusals;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Drivers.Postfix;

public sealed class MasterCfTests
{
    private const string Sample = """
        # ==========
        smtp      inet  n       -       y       -       -       smtpd
        #smtps    inet  n       -       y       -       -       smtpd
        submission inet n       -       y       -       1       smtpd
          -o syslog_name=postfix/submission
        #  -o smtpd_tls_security_level=encrypt
          -o smtpd_tls_wrappermode=yes
        10.0.0.1:2525 inet n - n - - smtpd -o smtpd_tls_security_level=may
        [::1]:2526 inet n - n - - smtpd
        127.0.0.1:2527 inet n - n - 1 postscreen
        pickup    unix  n       -       y       60      1       pickup

        """;

    private static ListenerPlan Plan(string name, string address, int port, string level = "encrypt") =>
        new() { Name = name, EndPoint = new IPEndPoint(IPAddress.Parse(address), port), Level = level };

    private static MasterCf Make(params ListenerPlan[] plans)
    {
        var problems = new List<PartProblem>();
        var result = MasterCfEdit.Make(MasterCf.Parse(Sample), MainCf.Parse(""), plans, problems);
        problems.ShouldBeEmpty();
        return result;
    }

    [Theory]
    [InlineData("192.0.2.1", 25, "smtp")]
    [InlineData("10.0.0.1", 2525, "10.0.0.1:2525")]
    [InlineData("::1", 2526, "[::1]:2526")]
    [InlineData("10.0.0.1", 587, "submission")]
    public void The_entry_that_listens_there_is_found(string address, int port, string service) =>
        MasterCfEdit.Find(MasterCf.Parse(Sample), new IPEndPoint(IPAddress.Parse(address), port))!.Service.ShouldBe(service);

    [Fact]
    public void An_entry_of_the_administrator_under_our_heading_stays()
    {
        var text = MasterCf.Heading + "10.0.0.2:25 inet n - n - - smtpd\n";
        MasterCf.Parse(text).WithoutOurs().ToString().ShouldBe(text);
    }

    [Fact]
    public void Options_follow_the_entry_s_own_and_win_over_them()
    {
        var after = Make(Plan("mx", "10.0.0.1", 2525));
        after.ToString().ShouldBe(Sample.Replace(
            "smtpd_tls_security_level=may\n",
            "smtpd_tls_security_level=may\n  -o smtpd_tls_security_level=$cluster_6d78_level\n  -o "
                + "smtpd_tls_chain_files=$cluster_6d78_chain\n",
            StringComparison.Ordinal));
        MasterCfEdit.Find(after, new IPEndPoint(IPAddress.Parse("10.0.0.1"), 2525))!
            .Option("smtpd_tls_security_level")
            .ShouldBe("$cluster_6d78_level");
    }

    [Fact]
    public void Taking_our_options_away_gives_the_file_again()
    {
        var after = Make(Plan("mx", "10.0.0.1", 2525), Plan("sub", "192.0.2.1", 587), Plan("new", "127.0.0.1", 2600));
        after.Entries.Select(e => e.Service).ShouldContain("127.0.0.1:2600");
        after.WithoutOurs().ToString().ShouldBe(Sample);
    }

    [Fact]
    public void The_same_listeners_leave_the_text_alone_even_when_an_administrator_added_lines_after_ours()
    {
        var edited = MasterCf.Parse(Make(Plan("new", "127.0.0.1", 2600)).ToString() + "more unix - - n - - discard\n");
        MasterCfEdit.Make(edited, MainCf.Parse(""), [Plan("new", "127.0.0.1", 2600)], []).ToString().ShouldBe(edited.ToString());
    }

    [Fact]
    public void What_cannot_be_set_is_told()
    {
        var problems = new List<PartProblem>();
        MasterCfEdit.Make(
            MasterCf.Parse(Sample),
            MainCf.Parse(""),
            [Plan("a", "10.0.0.1", 25), Plan("b", "10.0.0.2", 25), Plan("c", "127.0.0.1", 2527), Plan("d", "10.0.0.1", 587, "may")],
            problems);
        problems.ShouldAllBe(p => p.Code == "unsupported");
        problems.Select(p => p.Message).ShouldBe([
            "Listeners a and b share the entry smtp of master.cf. Give each address an entry of its own.",
            "Listener c: postscreen answers on 127.0.0.1:2527; only smtpd can be set.",
            "Listener d: submission speaks TLS from the first byte on (smtpd_tls_wrappermode = yes), so TLS can only be required.",
        ]);
    }

    [Theory]
    [InlineData("-o smtpd_tls_wrappermode=yes", "", true)]
    [InlineData("-o smtpd_tls_wrappermode=YES", "", true)]
    [InlineData("-osmtpd_tls_wrappermode=yes", "", true)]
    [InlineData("-o { smtpd_tls_wrappermode = yes }", "", true)]
    [InlineData("-o {smtpd_tls_wrappermode=yes}", "", true)]
    [InlineData("-vo smtpd_tls_wrappermode=yes", "", true)]
    [InlineData("", "smtpd_tls_wrappermode = yes", true)]
    [InlineData("-o smtpd_tls_wrappermode=no", "smtpd_tls_wrappermode = yes", false)]
    [InlineData("-o smtpd_tls_wrappermode=$mine", "", null)]
    [InlineData("-o syslog_name=x", "", false)]
    public void Wrapper_mode_is_found_in_every_spelling(string options, string main, bool? wraps) =>
        MasterCf.Parse($"smtps inet n - n - - smtpd {options}\n").Entries.Single()
            .IsOn(MasterCfEdit.Wrapper, MainCf.Parse(main))
            .ShouldBe(wraps);

    [Theory]
    [InlineData("-o smtpd_upstream_proxy_protocol=haproxy", "")]
    [InlineData("-o { smtpd_upstream_proxy_protocol = haproxy }", "")]
    [InlineData("", "smtpd_upstream_proxy_protocol = haproxy")]
    public void What_only_a_proxy_can_reach_is_refused(string options, string main)
    {
        var problems = new List<PartProblem>();

        MasterCfEdit.Make(
            MasterCf.Parse($"25 inet n - n - - smtpd {options}\n"), MainCf.Parse(main), [Plan("mx", "127.0.0.1", 25)], problems);

        problems.ShouldHaveSingleItem().Message.ShouldContain("smtpd_upstream_proxy_protocol = haproxy");
    }

    [Theory]
    [InlineData("")]
    [InlineData("-o postscreen_upstream_proxy_protocol=haproxy")]
    public void Options_of_ours_stay_with_the_smtpd_that_postscreen_was_put_in_front_of(string option)
    {
        var mx = Plan("mx", "127.0.0.1", 25);
        var before = MasterCfEdit.Make(MasterCf.Parse("25 inet n - n - - smtpd\n"), MainCf.Parse(""), [mx], []).ToString();
        var screened = $"25 inet n - n - 1 postscreen {option}\n{before.Replace("25 inet", "smtpd pass", StringComparison.Ordinal)}";
        var problems = new List<PartProblem>();

        var after = MasterCfEdit.Make(MasterCf.Parse(screened), MainCf.Parse(""), [mx], problems);

        after.ToString().ShouldBe(screened);
        problems.ShouldHaveSingleItem().LeavesLive.ShouldBeTrue();
        problems[0].Message.ShouldContain("postscreen answers on 25");
    }
}

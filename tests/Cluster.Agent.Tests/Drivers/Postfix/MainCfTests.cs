using Cluster.Agent.Drivers.Postfix.Files;
using CsCheck;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Drivers.Postfix;

public sealed class MainCfTests
{
    private const string Sample = """
        # a comment
        myhostname = mx.example.org
        mynetworks = 127.0.0.0/8
          10.0.0.0/8
        # between
          192.168.0.0/16

        smtp_tls_security_level=may
        smtp_tls_security_level =	dane
        alias_maps =
        """;

    private static readonly Gen<string> Line = Gen.OneOf(
        Gen.Const("# comment = x\n"),
        Gen.Const("\n"),
        Gen.Const("  \n"),
        Gen.Const("a = 1\n"),
        Gen.Const("b=2\n"),
        Gen.Const("  continued\n"),
        Gen.Const("\t# in between\n"),
        Gen.Const("c = \u00e4\n"));

    private static readonly Gen<string> Text = Gen.Select(Line.Array[0, 12], Gen.Bool).Select((lines, ended) =>
        ended ? string.Concat(lines) : string.Concat(lines).TrimEnd('\n'));

    [Fact]
    public void The_pieces_of_a_file_are_the_file() =>
        Text.Sample(text => MainCf.Parse(text).ToString() == text);

    [Fact]
    public void What_goes_through_a_generation_is_never_the_administrator_s()
    {
        var none = new Dictionary<string, string?>();
        var backup = MainCf.Parse(
            "a = 1\ncluster_gen = /x/7\nsmtp_tls_policy_maps = texthash:$cluster_gen/tls_policy, hash:/etc/own\nsmtp_tls_CAfile = "
                + "$cluster_gen/trust.pem\n");
        MainCfEdit.Administrator(backup, none).ToString().ShouldBe("a = 1\nsmtp_tls_policy_maps = hash:/etc/own\n");
        var edit = MainCfEdit.Make(
            backup,
            none,
            new Dictionary<string, string> { ["smtp_tls_policy_maps"] = "x", ["smtp_tls_CAfile"] = "y", ["cluster_gen"] = "/x/8" });
        edit.Originals["smtp_tls_CAfile"].ShouldBeNull();
        edit.Originals["smtp_tls_policy_maps"].ShouldBe("smtp_tls_policy_maps = hash:/etc/own\n");
        var poisoned = new Dictionary<string, string?> { ["smtp_tls_CAfile"] = "smtp_tls_CAfile = $cluster_gen/trust.pem\n" };
        MainCfEdit.Make(MainCf.Parse("smtp_tls_CAfile = y\n"), poisoned, new Dictionary<string, string>()).Result
            .ToString()
            .ShouldBeEmpty();
    }

    [Fact]
    public void Setting_and_putting_back_gives_the_file_again_byte_for_byte() => Text.Sample(text =>
    {
        var before = MainCf.Parse(text.Length == 0 || text.EndsWith('\n') ? text : text + "\n");
        var wanted = new Dictionary<string, string> { ["a"] = "9", ["z"] = "new", ["cluster_gen"] = "/x" };
        var edit = MainCfEdit.Make(before, new Dictionary<string, string?>(), wanted);
        edit.Result.Find("a").ShouldBe("9");
        edit.Result.Find("z").ShouldBe("new");
        MainCfEdit.Make(edit.Result, edit.Originals, new Dictionary<string, string>()).Result.ToString().ShouldBe(before.ToString());
        MainCfEdit.Make(edit.Result, edit.Originals, wanted).Result.ToString().ShouldBe(edit.Result.ToString());
    });

    [Fact]
    public void Setting_a_parameter_leaves_every_other_line_as_it_is() => Text.Sample(text =>
    {
        var after = MainCf.Parse(text).With("a", "9");
        var others = after.Names.Where(n => n != "a").ToArray();
        others.ShouldBe(MainCf.Parse(text).Names.Where(n => n != "a"));
        foreach (var name in others) after.Find(name).ShouldBe(MainCf.Parse(text).Find(name));
    });

    [Fact]
    public void Values_are_read_as_Postfix_reads_them()
    {
        var main = MainCf.Parse(Sample);
        main.Find("mynetworks")!
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .ShouldBe(["127.0.0.0/8", "10.0.0.0/8", "192.168.0.0/16"]);
        main.Find("smtp_tls_security_level").ShouldBe("dane");
        main.Find("alias_maps").ShouldBe("");
        main.Find("relayhost").ShouldBeNull();
    }

    [Fact]
    public void The_last_of_several_definitions_is_replaced_in_its_place()
    {
        var after = MainCf.Parse(Sample).With("smtp_tls_security_level", "encrypt").ToString();
        after.ShouldBe(Sample.Replace("smtp_tls_security_level =\tdane", "smtp_tls_security_level = encrypt", StringComparison.Ordinal));
    }

    [Fact]
    public void New_parameters_stand_under_one_heading_at_the_end()
    {
        var after = MainCf.Parse(Sample).With("cluster_gen", "/x").With("smtp_helo_name", "a.example").ToString();
        after.ShouldBe(Sample + "\n" + MainCf.Heading + "cluster_gen = /x\nsmtp_helo_name = a.example\n");
    }

    [Fact]
    public void An_edit_keeps_what_it_found_the_first_time()
    {
        var first =
            MainCfEdit.Make(MainCf.Parse("x = old\n"), new Dictionary<string, string?>(), new Dictionary<string, string> { ["x"] = "one" });
        var second = MainCfEdit.Make(first.Result, first.Originals, new Dictionary<string, string> { ["x"] = "two" });
        second.Originals["x"].ShouldBe("x = old\n");
        MainCfEdit.Administrator(second.Result, second.Originals).ToString().ShouldBe("x = old\n");
    }
}

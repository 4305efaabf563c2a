using Cluster.Agent.Drivers.LdapClient;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Drivers.LdapClient;

public sealed class OwnBlockTests
{
    private static readonly string[] Lines = ["TLS_CERT /a", "TLS_REQCERT demand"];

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("BASE dc=x")]
    [InlineData("BASE dc=x\n")]
    [InlineData("TLS_CERT /mine\n\n# end\n")]
    [InlineData("a\r\nb\r\n")]
    [InlineData("\u00ff\u00e9")]
    public void What_stood_there_comes_back_byte_for_byte(string? text)
    {
        var with = OwnBlock.Put(text, Lines);
        OwnBlock.Read(with).ShouldBe(Lines);
        OwnBlock.Put(with, Lines).ShouldBe(with);
        var other = OwnBlock.Put(with, ["TLS_CERT /b"]);
        OwnBlock.Without(other).ShouldBe(text);
    }

    [Fact]
    public void Lines_that_were_added_below_are_kept_and_ours_go_last_again()
    {
        var edited = OwnBlock.Put("BASE dc=x\n", Lines) + "URI ldaps://y\n";
        var again = OwnBlock.Put(edited, Lines)!;
        again.ShouldStartWith("BASE dc=x\nURI ldaps://y\n");
        OwnBlock.Without(again).ShouldBe("BASE dc=x\nURI ldaps://y\n");
        OwnBlock.Without(OwnBlock.Put(null, Lines) + "BASE dc=z\n").ShouldBe("BASE dc=z\n");
        OwnBlock.Without(OwnBlock.Put("BASE dc=x", Lines) + "SIZELIMIT 1\n").ShouldBe("BASE dc=x\nSIZELIMIT 1\n");
    }

    [Fact]
    public void A_block_whose_end_was_taken_away_takes_nothing_of_others_with_it()
    {
        var whole = OwnBlock.Put("BASE dc=x\n", Lines)!;
        var cut = whole[..whole.IndexOf("# <<<", StringComparison.Ordinal)] + "URI ldaps://y\n";
        OwnBlock.Without(cut).ShouldBe("BASE dc=x\nURI ldaps://y\n");
    }
}

using Cluster.Agent.Drivers.Postfix.Routes;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Drivers.Postfix.Routes;

/// <summary>The right sides of tables of patterns.</summary>
public sealed class PatternTableTests
{
    [Theory]
    [InlineData("regexp", "/^Subject: a b/ FILTER x:y", "FILTER x:y")]
    [InlineData("pcre", "!/a\\/b/i   FILTER x:y", "FILTER x:y")]
    [InlineData("regexp", "/one/!/t w o/x FILTER x:y", "FILTER x:y")]
    [InlineData("pcre", "~a FILTER b~ OK", "OK")]
    [InlineData("pcre", "if /a/", null)]
    [InlineData("pcre", "if !/a/", null)]
    [InlineData("pcre", "ENDIF", null)]
    [InlineData("regexp", "/if/ FILTER x:y", "FILTER x:y")]
    [InlineData("regexp", "/never closed FILTER x:y", null)]
    [InlineData("cidr", "10.0.0.0/8\tFILTER x:y", "FILTER x:y")]
    [InlineData("cidr", "!10.0.0.0/8 FILTER x:y", "FILTER x:y")]
    [InlineData("cidr", "endif", null)]
    public void One_rule_has_its_right_side(string type, string rule, string? value) =>
        PatternTable.ValueOf(type, rule).ShouldBe(value);

    [Fact]
    public void Continued_rules_are_joined_and_comments_are_none() =>
        PatternTable.Values("regexp", "# /a/ FILTER a:a\n/b/\n# between\n   FILTER\n   b:b\n\n/c/ OK\n")
            .Select(v => string.Join(' ', Words.Of(v)))
            .ShouldBe(["FILTER b:b", "OK"]);
}

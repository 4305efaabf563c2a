using System.Text;
using Cluster.Verification.Published;
using Shouldly;
using Xunit;

namespace Cluster.Verification.Tests.Published;

/// <summary>Policies and records as RFC 8461 writes them, and as somebody who means no good does.</summary>
public sealed class MtaStsPolicyTests
{
    private const string Good = "version: STSv1\nmode: enforce\nmx: mx.example.org\nmax_age: 604800\n";

    [Theory]
    [InlineData(Good)]
    [InlineData("version: STSv1\r\nmode: enforce\r\nmx: mx.example.org\r\nmax_age: 604800\r\n")]
    [InlineData("max_age:604800\nmx:\tmx.example.org \nmode:enforce\nversion:STSv1")]
    [InlineData(Good + "mode: none\nmax_age: 1\nversion: STSv2\nnew: thing\n\nno colon\n: nothing\n")]
    public void A_policy_is_read(string text)
    {
        var policy = Read(text).Policy.ShouldNotBeNull();

        policy.Mode.ShouldBe(MtaStsMode.Enforce);
        policy.MaxAge.ShouldBe(TimeSpan.FromDays(7));
        policy.Hosts.ShouldBe(["mx.example.org"]);
    }

    [Theory]
    [InlineData("version: STSv1\nmode: testing\nmx: *.example.org\nmax_age: 1\n", MtaStsMode.Testing)]
    [InlineData("version: STSv1\nmode: none\nmax_age: 31557600\n", MtaStsMode.None)]
    public void Its_mode_counts(string text, MtaStsMode mode) => Read(text).Policy.ShouldNotBeNull().Mode.ShouldBe(mode);

    [Theory]
    [InlineData("")]
    [InlineData("<html>version: STSv1</html>")]
    [InlineData("mode: enforce\nmx: a.example\nmax_age: 1\n")]
    [InlineData("version: STSv2\nversion: STSv1\nmode: enforce\nmx: a.example\nmax_age: 1\n")]
    [InlineData("version: STSv1\nmx: a.example\nmax_age: 1\n")]
    [InlineData("version: STSv1\nmode: Enforce\nmx: a.example\nmax_age: 1\n")]
    [InlineData("version: STSv1\nmode: enforce\nmax_age: 1\n")]
    [InlineData("version: STSv1\nmode: enforce\nmx: [192.0.2.1]\nmx: *.*.example\nmax_age: 1\n")]
    [InlineData("version: STSv1\nmode: enforce\nmx: a.example\n")]
    [InlineData("version: STSv1\nmode: enforce\nmx: a.example\nmax_age: -1\n")]
    [InlineData("version: STSv1\nmode: enforce\nmx: a.example\nmax_age: 1e3\n")]
    [InlineData("version: STSv1\nmode: enforce\nmx: a.example\nmax_age: 31557601\n")]
    [InlineData("version: STSv1\nmode: enforce\nmx: a.example\nmax_age: 99999999999999999999999\n")]
    public void What_breaks_the_rules_is_none_and_says_why(string text)
    {
        var read = Read(text);

        read.Policy.ShouldBeNull();
        read.Problem.ShouldNotBeEmpty();
    }

    [Fact]
    public void Neither_bytes_at_random_nor_endless_ones_do_any_harm()
    {
        var random = new Random(8461);
        for (var i = 0; i < 2_000; i++)
        {
            var bytes = Encoding.UTF8.GetBytes(Good);
            for (var n = 0; n < 4; n++) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            Should.NotThrow(() => MtaStsPolicy.Read(bytes));
        }

        MtaStsPolicy.Read(new byte[MtaStsPolicy.MostBytes + 1]).Policy.ShouldBeNull();
        var many = Good + string.Concat(Enumerable.Range(0, 3_000).Select(n => $"mx: h{n}.example.org\n"));
        Read(many).Policy.ShouldNotBeNull().Hosts.Count.ShouldBeLessThanOrEqualTo(200);
    }

    [Theory]
    [InlineData("20160831085700Z", "v=STSv1; id=20160831085700Z;")]
    [InlineData("1", "v=STSv1;id=1")]
    [InlineData("1", "something else", "v=STSv1 ; ext=x; id=1 ; id=2")]
    [InlineData(null)]
    [InlineData(null, "v=STSv1")]
    [InlineData(null, "v=STSv1;")]
    [InlineData(null, "v=STSv1; id=")]
    [InlineData(null, "v=STSv1; id=a-b")]
    [InlineData(null, "v=STSv1; id=123456789012345678901234567890123")]
    [InlineData(null, "v=STSv12; id=1")]
    [InlineData(null, "V=stsv1; id=1")]
    [InlineData(null, " v=STSv1; id=1")]
    [InlineData(null, "v=STSv1; id=1", "v=STSv1; id=1")]
    public void A_record_has_an_id_or_is_none(string? id, params string[] texts) => MtaStsRecord.IdOf(texts).ShouldBe(id);

    private static MtaStsPolicyRead Read(string text) => MtaStsPolicy.Read(Encoding.UTF8.GetBytes(text));
}

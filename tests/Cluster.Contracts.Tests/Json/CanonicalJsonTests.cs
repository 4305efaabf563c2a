using System.Globalization;
using System.Text;
using System.Text.Json;
using Cluster.Contracts.Json;
using CsCheck;
using Shouldly;
using Xunit;

namespace Cluster.Contracts.Tests.Json;

public sealed class CanonicalJsonTests
{
    // RFC 8785 section 3.2.2 and its appendix B.
    [Theory]
    [InlineData("0", "0")]
    [InlineData("-0", "0")]
    [InlineData("333333333.33333329", "333333333.3333333")]
    [InlineData("1E30", "1e+30")]
    [InlineData("4.50", "4.5")]
    [InlineData("2e-3", "0.002")]
    [InlineData("0.000000000000000000000000001", "1e-27")]
    [InlineData("9007199254740992", "9007199254740992")]
    [InlineData("295147905179352830000", "295147905179352830000")]
    [InlineData("999999999999999900000", "999999999999999900000")]
    [InlineData("1e21", "1e+21")]
    [InlineData("0.000001", "0.000001")]
    [InlineData("1e-7", "1e-7")]
    [InlineData("5e-324", "5e-324")]
    [InlineData("1.7976931348623157e308", "1.7976931348623157e+308")]
    [InlineData("-1234.5", "-1234.5")]
    public void Numbers_are_written_as_ECMAScript_does(string input, string expected) =>
        Canonical(input).ShouldBe(expected);

    [Fact]
    public void Members_are_ordered_by_UTF16_code_units() =>
        Canonical("""{"\u20ac":1,"\r":2,"\ufb33":3,"1":4,"\ud83d\ude00":5,"\u0080":6,"\u00f6":7}""")
            .ShouldBe("{\"\\r\":2,\"1\":4,\"\u0080\":6,\"\u00f6\":7,\"\u20ac\":1,\"\ud83d\ude00\":5,\"\ufb33\":3}");

    [Fact]
    public void Strings_escape_only_what_must_be_escaped() =>
        Canonical("""{"a":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/<>&"}""")
            .ShouldBe("{\"a\":\"\u20ac$\\u000f\\nA'B\\\"\\\\\\\\\\\"/<>&\"}");

    [Fact]
    public void White_space_goes_and_array_order_stays() =>
        Canonical(" [ 3 , 1 , { } , [ ] , null , true , false ] ").ShouldBe("[3,1,{},[],null,true,false]");

    [Fact]
    public void Canonical_form_is_a_fixed_point_and_keeps_the_value() =>
        Gen.Double.Array.Sample(values =>
        {
            var finite = values.Where(double.IsFinite).ToArray();
            var text = "[" + string.Join(',', finite.Select(v => v.ToString("R", CultureInfo.InvariantCulture))) + "]";
            var canonical = Canonical(text);
            Canonical(canonical).ShouldBe(canonical);
            JsonSerializer.Deserialize<double[]>(canonical).ShouldBe(finite.Select(v => v == 0 ? 0 : v));
        });

    [Fact]
    public void Nesting_deeper_than_32_is_refused() =>
        Should.Throw<JsonException>(() => Canonical(new string('[', 40) + new string(']', 40)));

    private static string Canonical(string json) => Encoding.UTF8.GetString(CanonicalJson.ToBytes(Encoding.UTF8.GetBytes(json)));
}

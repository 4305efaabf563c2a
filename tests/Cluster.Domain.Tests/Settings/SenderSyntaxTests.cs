using Cluster.Domain.Settings;
using Shouldly;
using Xunit;

namespace Cluster.Domain.Tests.Settings;

public sealed class SenderSyntaxTests
{
    [Theory]
    [InlineData("ALL")]
    [InlineData("10.1.1.5")]
    [InlineData("2001:db8::1")]
    [InlineData("10.1.0.0/16")]
    [InlineData("2001:db8::/32")]
    [InlineData("10.1.1.5-20")]
    [InlineData("10.1-5")]
    [InlineData("2001:db8::1-2001:db8::10")]
    [InlineData("10.1.")]
    [InlineData("10.1")]
    [InlineData("mail.example.org")]
    [InlineData(".example.org")]
    [InlineData("bücher.example")]
    public void Every_form_of_a_sender_is_read(string sender) => SenderSyntax.Problem(sender).ShouldBeNull();

    [Theory]
    [InlineData("SBRS[-10.0:-3.0]", "sbrs-not-supported")]
    [InlineData("sbrs[none]", "sbrs-not-supported")]
    [InlineData("SBO:1234", "sbo-not-supported")]
    [InlineData("dnslist[bl.example.org]", "dnslist-not-supported")]
    [InlineData("10.1.1.300", "sender")]
    [InlineData("10.1.1.20-5", "sender")]
    [InlineData("10.1.1.1/16", "network")]
    [InlineData("10.1.0.0/33", "network")]
    [InlineData("fe80::1%eth0", "sender")]
    [InlineData("[2001:db8::1]", "sender")]
    [InlineData("10.1.1.05", "sender")]
    [InlineData("::ffff:10.1.1.05", "sender")]
    [InlineData("10.1.010.0/24", "network")]
    [InlineData("host_name.example.org", "sender")]
    [InlineData("", "sender")]
    [InlineData("1.2.3.4.5", "sender")]
    public void What_is_no_sender_is_refused_with_the_reason(string sender, string code) =>
        SenderSyntax.Problem(sender)!.Value.Code.ShouldBe(code);
}

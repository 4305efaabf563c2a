using System.Net;
using Cluster.Domain.Settings;
using Shouldly;
using Xunit;

namespace Cluster.Domain.Tests.Settings;

public sealed class SenderMatchTests
{
    [Theory]
    [InlineData("10.1.1.5", "10.1.1.5/32")]
    [InlineData("10.1.0.0/16", "10.1.0.0/16")]
    [InlineData("0.0.0.0/0", "0.0.0.0/0")]
    [InlineData("10.1.1.5-20", "10.1.1.5/32 10.1.1.6/31 10.1.1.8/29 10.1.1.16/30 10.1.1.20/32")]
    [InlineData("10.1.1.0-255", "10.1.1.0/24")]
    [InlineData("10.1-5", "10.1.0.0/16 10.2.0.0/15 10.4.0.0/15")]
    [InlineData("10.1.", "10.1.0.0/16")]
    [InlineData("10.1", "10.1.0.0/16")]
    [InlineData("10", "10.0.0.0/8")]
    [InlineData("10.1.2-3", "10.1.2.0/23")]
    [InlineData("0-255", "0.0.0.0/0")]
    [InlineData("2001:db8::1", "2001:db8::1/128")]
    [InlineData("2001:db8::/32", "2001:db8::/32")]
    [InlineData("::/0", "::/0")]
    [InlineData("2001:db8::1-2001:db8::4", "2001:db8::1/128 2001:db8::2/127 2001:db8::4/128")]
    [InlineData("::ffff:10.0.0.1", "10.0.0.1/32")]
    [InlineData("::ffff:10.0.0.0/104", "10.0.0.0/8")]
    [InlineData("ffff::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ffff::/16")]
    public void Addresses_are_networks(string sender, string networks) =>
        string.Join(' ', SenderMatch.Read(sender)!.Addresses!.Value.Networks()).ShouldBe(networks);

    [Theory]
    [InlineData("10.1.1.5-20", "10.1.1.20", null, true)]
    [InlineData("10.1.1.5-20", "10.1.1.21", null, false)]
    [InlineData("10.1.1.5-20", "::ffff:10.1.1.20", null, true)]
    [InlineData("::/0", "10.1.1.20", null, false)]
    [InlineData("Mail.Example.org", "10.0.0.1", "mail.example.org", true)]
    [InlineData("mail.example.org", "10.0.0.1", "x.mail.example.org", false)]
    [InlineData("mail.example.org", "10.0.0.1", null, false)]
    [InlineData(".example.org", "10.0.0.1", "mail.example.org", true)]
    [InlineData(".example.org", "10.0.0.1", "example.org", false)]
    [InlineData(".example.org", "10.0.0.1", "badexample.org", false)]
    [InlineData("b\u00fccher.example", "10.0.0.1", "xn--bcher-kva.example", true)]
    [InlineData("ALL", "10.0.0.1", null, true)]
    public void Clients_match_by_address_or_by_verified_name(string sender, string address, string? name, bool matches) =>
        SenderMatch.Read(sender)!.Matches(IPAddress.Parse(address), name).ShouldBe(matches);

    [Fact]
    public void What_is_refused_is_not_read() => SenderMatch.Read("SBRS[-10:-3]").ShouldBeNull();
}

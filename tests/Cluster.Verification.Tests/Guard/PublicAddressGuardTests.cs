using System.Net;
using Cluster.Verification.Guard;
using Shouldly;
using Xunit;

namespace Cluster.Verification.Tests.Guard;

/// <summary>What names of strangers may lead to.</summary>
public sealed class PublicAddressGuardTests
{
    [Theory]
    [InlineData("8.8.8.8", true)]
    [InlineData("2001:4860:4860::8888", true)]
    [InlineData("::ffff:8.8.8.8", true)]
    [InlineData("127.0.0.1", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("10.1.2.3", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("172.31.255.255", false)]
    [InlineData("192.168.1.1", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("::1", false)]
    [InlineData("::", false)]
    [InlineData("::ffff:10.0.0.1", false)]
    [InlineData("64:ff9b::a00:1", false)]
    [InlineData("2002:a00:1::", false)]
    [InlineData("fe80::1", false)]
    [InlineData("fd00::1", false)]
    [InlineData("ff02::1", false)]
    public void Only_public_addresses_are_allowed(string address, bool allowed) =>
        (new PublicAddressGuard().Refuse(new IPEndPoint(IPAddress.Parse(address), 443)) is null).ShouldBe(allowed);
}

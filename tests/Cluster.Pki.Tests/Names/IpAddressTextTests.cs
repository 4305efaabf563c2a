using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using Cluster.Pki.Names;
using Cluster.Pki.Requests;
using Shouldly;
using Xunit;

namespace Cluster.Pki.Tests.Names;

public sealed class IpAddressTextTests
{
    [Theory]
    [InlineData("192.0.2.1")]
    [InlineData("0.0.0.0")]
    [InlineData("2001:db8::1")]
    [InlineData("::")]
    [InlineData("::ffff:192.0.2.1")]
    [InlineData("2001:0DB8:0:0:0:0:0:1")]
    public void Addresses_are_read(string text)
    {
        IpAddressText.TryRead(text, out var address).ShouldBeTrue();
        address.ShouldBe(IPAddress.Parse(text));
    }

    [Theory]
    [InlineData("192.0.2.010")]
    [InlineData("192.0.2.08")]
    [InlineData("0xC0.0.2.1")]
    [InlineData("3221225985")]
    [InlineData("127.1")]
    [InlineData("192.0.2.256")]
    [InlineData("192.0.2.1.")]
    [InlineData(" 192.0.2.1")]
    [InlineData("192.0.2.1/32")]
    [InlineData("[2001:db8::1]")]
    [InlineData("[2001:db8::1]:25")]
    [InlineData("fe80::1%eth0")]
    [InlineData("fe80::1%2")]
    [InlineData("2001:db8::1/64")]
    [InlineData("::ffff:192.0.2.010")]
    [InlineData("::ffff:0300.0.2.1")]
    [InlineData("2001:00db8::1")]
    [InlineData("2001:db8:::1")]
    [InlineData("")]
    [InlineData(null)]
    public void Forms_that_only_some_software_reads_are_none(string? text)
    {
        IpAddressText.TryRead(text, out _).ShouldBeFalse();
        ReferenceIdentity.TryParse(text).ShouldBeNull();
        RequestedNames.Check(null, null, [text!], out _).ShouldHaveSingleItem().Code.ShouldBe("invalid-ip-address");
    }

    [Fact]
    public void What_the_C_library_reads_is_read_and_nothing_else()
    {
        var random = new Random(20261129);
        string[] pieces = ["0", "00", "1", "9", "10", "010", "255", "256", "0x1", "ffff", "a", "12345", "", "%1", "[", "]", " ", "/8"];
        var (read, refused) = (0, 0);
        for (var i = 0; i < 200_000; i++)
        {
            var v6 = random.Next(2) == 0;
            var count = random.Next(2) == 0 ? (v6 ? 8 : 4) : random.Next(1, 10);
            var common = random.Next(3) == 0 ? pieces.Length : 6;
            var parts = Enumerable.Range(0, count).Select(_ => random.Next(8) == 0 && v6 ? "" : pieces[random.Next(common)]);
            var text = string.Join(v6 ? ':' : '.', parts);
            if (v6 && random.Next(4) == 0)
                text += string.Create(CultureInfo.InvariantCulture, $":{random.Next(300)}.0.{pieces[random.Next(6)]}.1");
            if (v6 && random.Next(4) == 0) text = "::" + text;
            var bytes = new byte[16];
            var family = text.Contains(':', StringComparison.Ordinal) ? 10 : 2;
            var expected = ReadByC(family, text, bytes) == 1;
            IpAddressText.TryRead(text, out var address).ShouldBe(expected, text);
            if (expected) address.ShouldBe(new IPAddress(bytes.AsSpan(0, family == 10 ? 16 : 4)), text);
            if (expected) read++;
            else refused++;
        }

        read.ShouldBeGreaterThan(5_000);
        refused.ShouldBeGreaterThan(5_000);
    }

    [Theory]
    [InlineData("192.0.2.0/24", true)]
    [InlineData("2001:db8::/32", true)]
    [InlineData("0.0.0.0/0", true)]
    [InlineData("192.0.2.1/24", false)]
    [InlineData("192.0.2.010/32", false)]
    [InlineData("192.0.2/24", false)]
    [InlineData("192.0.2.0/024", false)]
    [InlineData("192.0.2.0/33", false)]
    [InlineData("192.0.2.0", false)]
    [InlineData("[2001:db8::]/32", false)]
    [InlineData("fe80::%1/64", false)]
    public void Networks_have_the_same_forms(string text, bool expected) => IpAddressText.TryReadNetwork(text, out _).ShouldBe(expected);

    [Theory]
    [InlineData("127.1")]
    [InlineData("mx.example.org.0x7f")]
    [InlineData("192.0.2.010")]
    public void A_name_that_ends_in_a_number_is_no_host_name(string text)
    {
        RequestedNames.Check(null, [text], null, out _).ShouldHaveSingleItem().Code.ShouldBe("invalid-dns-name");
        ReferenceIdentity.TryParse(text).ShouldBeNull();
    }

    [DllImport("libc.so.6", EntryPoint = "inet_pton", ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int ReadByC(int family, [MarshalAs(UnmanagedType.LPUTF8Str)] string text, byte[] address);
}

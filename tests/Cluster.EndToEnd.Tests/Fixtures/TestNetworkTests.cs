using System.Diagnostics;
using System.Net;
using System.Text;
using Cluster.Testing;
using Cluster.Testing.Network;
using Cluster.Testing.Processes;
using Shouldly;
using Xunit;

namespace Cluster.EndToEnd.Tests.Fixtures;

/// <summary>The network that other tests stand on has hosts of its own, names that are signed and names that are not.</summary>
public sealed class TestNetworkTests
{
    private static readonly DnsZone Signed = new("test", "good MX 10 mx.good", "_25._tcp.mx.good TLSA 3 1 1 00");
    private static readonly DnsZone Insecure = new("insecure.test", "@ MX 10 mx") { Signed = false };

    [Fact]
    public async Task Hosts_have_names_and_ports_of_their_own_and_only_a_signed_zone_is_authenticated()
    {
        Assert.SkipWhen(TestNetwork.WhyNone.Length > 0, TestNetwork.WhyNone);
        await using var network = await TestNetwork.CreateAsync();
        var good = await network.AddHostAsync("good", "mx.good.test");
        var insecure = await network.AddHostAsync("insecure", "mx.insecure.test");
        await using var dns = await SignedDns.StartAsync(network, Signed, Insecure);

        var validated = async (string name, ushort type) => await DnsQuestion.AskAsync(good, TestNetwork.Resolver, name, type);
        (await validated("good.test", DnsQuestion.Mx)).ShouldBe(new DnsAnswer(0, 1, Authenticated: true));
        (await validated("_25._tcp.mx.good.test", DnsQuestion.Tlsa)).ShouldBe(new DnsAnswer(0, 1, Authenticated: true));
        (await validated("none.test", DnsQuestion.Mx)).ShouldBe(new DnsAnswer(3, 0, Authenticated: true));
        (await validated("insecure.test", DnsQuestion.Mx)).ShouldBe(new DnsAnswer(0, 1, Authenticated: false));
        (await DnsQuestion.AskAsync(good, TestNetwork.PlainResolver, "good.test", DnsQuestion.Mx)).ShouldBe(new DnsAnswer(0, 1, false));

        // As a program on the host looks them up.
        (await insecure.RunAsync("/usr/bin/getent", ["hosts", "mx.good.test"])).Ok().Output.ShouldStartWith(good.Address.ToString());
        (await insecure.RunAsync("/usr/bin/getent", ["hosts", good.Address.ToString()])).Ok().Output.ShouldContain("mx.good.test");

        (await GreetingAsync(good, insecure)).ShouldBe("hello");
        await dns.ChangeAsync(new DnsZone("test"));
        (await validated("good.test", DnsQuestion.Mx)).ShouldBe(new DnsAnswer(0, 0, Authenticated: true));
    }

    [Fact]
    public async Task What_a_crashed_test_left_is_removed_and_what_a_running_one_has_stays()
    {
        Assert.SkipWhen(TestNetwork.WhyNone.Length > 0, TestNetwork.WhyNone);
        using var ended = Process.Start("/bin/true");
        await ended.WaitForExitAsync(TestContext.Current.CancellationToken);
        var left = $"cluster-net-{ended.Id}-1-gone";
        (await Command.RunAsync("/usr/sbin/ip", ["netns", "add", left])).Ok();
        Directory.CreateDirectory($"/etc/netns/{left}");
        await using var sleeper = Daemon.Start("/usr/sbin/ip", ["netns", "exec", left, "/bin/sleep", "600"]);
        await using var running = await TestNetwork.CreateAsync();
        var host = await running.AddHostAsync("here");

        await using var next = await TestNetwork.CreateAsync();

        File.Exists($"/run/netns/{left}").ShouldBeFalse();
        Directory.Exists($"/etc/netns/{left}").ShouldBeFalse();
        (await sleeper.ExitAsync()).ShouldNotBe(0);
        (await host.RunAsync("/bin/true", [])).ExitCode.ShouldBe(0);
    }

    private static async Task<string> GreetingAsync(NetworkHost server, NetworkHost client)
    {
        using var listener = server.Listen(25);
        using var connection = await client.ConnectAsync(server.Address, 25, TestContext.Current.CancellationToken);
        using var accepted = await listener.AcceptAsync();
        ((IPEndPoint)accepted.RemoteEndPoint!).Address.ShouldBe(client.Address);
        await accepted.SendAsync(Encoding.ASCII.GetBytes("hello"));
        var bytes = new byte[16];
        return Encoding.ASCII.GetString(bytes, 0, await connection.ReceiveAsync(bytes));
    }
}

using System.Text.Json.Nodes;
using Cluster.EndToEnd.Tests.Kills;
using Cluster.Testing;
using Cluster.Testing.Fleets;
using Cluster.Testing.Processes;
using Shouldly;
using Xunit;

namespace Cluster.EndToEnd.Tests;

/// <summary><c>cluster-agent check</c> on a host: what it says and what it ends with, with an agent that runs and without one.</summary>
public sealed class HostCheckTests(PlainServingHost serving) : IClassFixture<PlainServingHost>
{
    private const int Right = 0, WrongCommandLine = 2, Differences = 3, OtherThingServed = 7;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_right_host_a_changed_file_and_another_level_on_the_wire_are_told_apart(bool running)
    {
        var serial = await serving.InSyncAsync();
        var host = serving.Host;
        if (!running) await host.Agent.StopAsync();
        var right = await CheckAsync(host, Right);
        right.ShouldContain(serial);
        right.ShouldContain("wire");
        right.ShouldNotContain("drift");

        var file = (await host.Postfix.PostconfAsync("-hx", "cluster_6d78_chain")).Trim();
        var pem = await File.ReadAllTextAsync(file);
        await File.WriteAllTextAsync(file, pem + "\n");
        (await CheckAsync(host, Differences)).ShouldContain($"{file}: differs from what was applied");
        await File.WriteAllTextAsync(file, pem);

        var level = (await host.Postfix.PostconfAsync("-hx", "cluster_6d78_level")).Trim();
        await SetAsync(host, "none");
        var other = await CheckAsync(host, OtherThingServed);
        other.ShouldContain($"main.cf#cluster_6d78_level: is none, applied was {level}");
        other.ShouldContain("drift     probe: ");

        await SetAsync(host, level);
        (await CheckAsync(host, Right)).ShouldNotContain("drift");
        if (!running) host.Agent.Start();
        await serving.InSyncAsync();
    }

    [Fact]
    public async Task A_broken_local_file_is_refused_with_all_that_is_wrong_in_it()
    {
        await serving.InSyncAsync();
        var agent = serving.Host.Agent;
        await agent.StopAsync();
        var whole = await File.ReadAllTextAsync(agent.ConfigFile);
        var broken = JsonNode.Parse(whole)!;
        broken["services"]![0]!["configDirectory"] = "etc/postfix";
        broken["services"]![0]!["endpoints"]![0]!["port"] = 70000;
        broken["services"]!.AsArray().Add(new JsonObject { ["name"] = "other", ["driver"] = "sendmail" });
        await File.WriteAllTextAsync(agent.ConfigFile, broken.ToJsonString());

        var refused = await agent.VerbAsync("check");

        refused.ExitCode.ShouldBe(WrongCommandLine, refused.ToString());
        refused.Error.ShouldContain($"{agent.ConfigFile}: /services/1/driver: use one of ");
        refused.Error.ShouldContain("/services/0/configDirectory: use an absolute path.");
        refused.Error.ShouldContain("/services/0/endpoints/0/port: use a port from 1 to 65535.");
        await File.WriteAllTextAsync(agent.ConfigFile, whole);
        agent.Start();
        await serving.InSyncAsync();
    }

    private static async Task<string> CheckAsync(FleetHost host, int exitCode)
    {
        CommandResult? last = null;
        await Eventually.Is(
            async () => (last = await host.Agent.VerbAsync("check")).ExitCode == exitCode,
            $"check ends with {exitCode}; it ended with {last}");
        return last!.Output;
    }

    private static async Task SetAsync(FleetHost host, string level)
    {
        (await Command.RunAsync("/usr/sbin/postconf", ["-c", host.Postfix.ConfigDirectory, "-e", $"cluster_6d78_level={level}"])).Ok();
        await host.Postfix.ReloadAsync();
    }
}

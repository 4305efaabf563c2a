using System.Text.Json.Nodes;
using Cluster.EndToEnd.Tests.Kills;
using Cluster.Testing;
using Cluster.Testing.Fleets;
using Cluster.Testing.Processes;
using Shouldly;
using Xunit;

namespace Cluster.EndToEnd.Tests;

/// <summary>State that cannot be read is never believed, never thrown away and never a reason to touch a service.</summary>
public sealed class StateFaultTests
{
    [Theory]
    [InlineData("flipped")]
    [InlineData("truncated")]
    [InlineData("directory")]
    public async Task Damaged_state_of_the_apply_process_costs_nothing(string damage)
    {
        await using var serving = await ServingHost.StartAsync();
        var host = serving.Host;
        await host.Agent.StopAsync();
        var configuration = host.Postfix.Snapshot();
        var apply = Path.Combine(host.Agent.StateDirectory, "apply");

        foreach (var file in Directory.EnumerateFiles(apply).Where(f => !f.EndsWith(".sock", StringComparison.Ordinal)).ToList())
        {
            var content = File.ReadAllBytes(file);
            Damage(file, damage, content);
            host.Agent.Start();
            await Eventually.Is(async () => host.Agent.HasExited || (await StatusAsync(host)) is not null, "the agent says how it stands");
            (await host.SerialAsync()).ShouldBe(serving.OldSerial, file);
            host.Postfix.Snapshot().ShouldBe(configuration, file);
            await host.Agent.StopAsync();
            Repair(file, content);
        }

        host.Agent.Start();
        await host.InSyncAsync();
        host.Postfix.Snapshot().ShouldBe(configuration);
    }

    [Fact]
    public async Task A_session_that_may_not_read_its_identity_says_so_and_goes_on_when_it_may()
    {
        await using var serving = await ServingHost.StartAsync();
        var host = serving.Host;
        await host.Agent.StopAsync();
        var session = Path.Combine(host.Agent.StateDirectory, "session");
        var files = Directory.GetFiles(session);
        files.ShouldNotBeEmpty();
        foreach (var file in files)
        {
            (await Command.RunAsync("/bin/chown", ["root:root", file])).Ok();
            File.SetUnixFileMode(file, UnixFileMode.None);
        }

        (await Command.RunAsync("/bin/chmod", ["000", session])).Ok();
        host.Agent.Start();
        await Eventually.Is(async () => host.Agent.HasExited || (await StatusAsync(host))?.ToJsonString().Contains("session", StringComparison.Ordinal) == true, "the agent says how it stands");
        (await host.SerialAsync()).ShouldBe(serving.OldSerial);
        Directory.GetFiles(session).ShouldBe(files, ignoreOrder: true);

        await host.Agent.StopAsync();
        (await Command.RunAsync("/bin/chmod", ["700", session])).Ok();
        foreach (var file in files)
        {
            (await Command.RunAsync("/bin/chown", [$"--reference={session}", file])).Ok();
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        host.Agent.Start();
        await host.InSyncAsync();
    }

    private static async Task<JsonNode?> StatusAsync(FleetHost host)
    {
        var status = await host.Agent.VerbAsync("status", ["-o", "json"]);
        return status.Output.StartsWith('{') ? JsonNode.Parse(status.Output) : null;
    }

    private static void Damage(string file, string damage, byte[] content)
    {
        switch (damage)
        {
            case "flipped":
                var flipped = content.ToArray();
                flipped[flipped.Length / 2] ^= 0x20;
                File.WriteAllBytes(file, flipped);
                break;
            case "truncated":
                File.WriteAllBytes(file, content[..(content.Length / 2)]);
                break;
            default:
                File.Delete(file);
                Directory.CreateDirectory(file);
                break;
        }
    }

    private static void Repair(string file, byte[] content)
    {
        if (Directory.Exists(file))
        {
            Directory.Delete(file);
        }

        File.WriteAllBytes(file, content);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }
}

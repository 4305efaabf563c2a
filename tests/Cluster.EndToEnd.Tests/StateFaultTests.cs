using System.Text.Json.Nodes;
using Cluster.EndToEnd.Tests.Kills;
using Cluster.Testing;
using Cluster.Testing.Fleets;
using Cluster.Testing.Processes;
using Shouldly;
using Xunit;

namespace Cluster.EndToEnd.Tests;

/// <summary>State that cannot be read is never believed, never thrown away and never a reason to touch a service.</summary>
public sealed class StateFaultTests(PlainServingHost serving) : IClassFixture<PlainServingHost>
{
    // Nobody can make these anew; all other files are written or fetched again.
    private static readonly string[] Irreplaceable = ["membership.json", "assignment", "trust-set", "services/postfix.json"];

    [Theory]
    [InlineData("flipped", Traits = ["Category", "Full"])]
    [InlineData("truncated")]
    [InlineData("directory", Traits = ["Category", "Full"])]
    public async Task Damaged_state_of_the_apply_process_is_named_and_costs_nothing(string damage)
    {
        var serial = await serving.InSyncAsync();
        var host = serving.Host;
        var apply = Path.Combine(host.Agent.StateDirectory, "apply");
        await host.Agent.StopAsync();
        var configuration = host.Postfix.Snapshot();
        foreach (var name in Irreplaceable)
        {
            var file = Path.Combine(apply, name);
            var content = File.ReadAllBytes(file);
            Damage(file, damage, content);
            host.Agent.Start();
            await SaysAsync(host, file);
            (await host.SerialAsync()).ShouldBe(serial, name);
            host.Postfix.Snapshot().ShouldBe(configuration, name);
            await host.Agent.StopAsync();
            Repair(file, content);
        }

        host.Agent.Start();
        await serving.InSyncAsync();
        host.Postfix.Snapshot().ShouldBe(configuration);
    }

    [Theory]
    [InlineData("flipped", Traits = ["Category", "Full"])]
    [InlineData("truncated")]
    [InlineData("directory", Traits = ["Category", "Full"])]
    public async Task What_can_be_had_again_is_had_again(string damage)
    {
        var serial = await serving.InSyncAsync();
        var host = serving.Host;
        var apply = Path.Combine(host.Agent.StateDirectory, "apply");
        await host.Agent.StopAsync();
        var configuration = host.Postfix.Snapshot();
        var files = Directory.GetFiles(Path.Combine(apply, "parts"))
            .Concat(Directory.GetFiles(Path.Combine(apply, "keys")))
            .Append(Path.Combine(apply, "status.json"))
            .ToList();
        files.Count.ShouldBeGreaterThan(2);
        var contents = files.ToDictionary(f => f, File.ReadAllBytes);
        foreach (var file in files) Damage(file, damage, contents[file]);

        host.Agent.Start();
        // What was reported before the stop is shown until the first look: only the files tell that they were had again.
        await Eventually.Is(
            () => files.All(
                f => File.Exists(f) && (Path.GetFileName(f) == "status.json" || File.ReadAllBytes(f).SequenceEqual(contents[f]))),
            "all of it is here again");
        await serving.InSyncAsync();
        (await host.SerialAsync()).ShouldBe(serial);
        host.Postfix.Snapshot().ShouldBe(configuration);
        var renewed = await serving.Fleet.RenewAsync("mx");
        await host.ServesAsync(renewed);
        await host.InSyncAsync();
    }

    [Fact]
    public async Task A_session_that_may_not_read_its_identity_says_so_and_goes_on_when_it_may()
    {
        var serial = await serving.InSyncAsync();
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
        await SaysAsync(host, session);
        (await host.SerialAsync()).ShouldBe(serial);
        Directory.GetFiles(session).ShouldBe(files, ignoreOrder: true);

        await host.Agent.StopAsync();
        (await Command.RunAsync("/bin/chmod", ["700", session])).Ok();
        host.Agent.Start();
        await SaysAsync(host, Path.Combine(session, "identity.json"));
        (await host.SerialAsync()).ShouldBe(serial);

        await host.Agent.StopAsync();
        foreach (var file in files)
        {
            (await Command.RunAsync("/bin/chown", [$"--reference={session}", file])).Ok();
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        host.Agent.Start();
        await host.InSyncAsync();
    }

    private static Task SaysAsync(FleetHost host, string what) => Eventually.Is(
        async () =>
        {
            var status = await StatusAsync(host);
            return $"{status?["problem"]} {status?["connection"]?["problem"]}".Contains(what, StringComparison.Ordinal);
        },
        $"the agent names {what}");

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

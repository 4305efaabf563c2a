using System.Net;
using System.Net.Sockets;
using Cluster.Manager.Hosting.Commands;
using Cluster.Testing;
using Cluster.Testing.Processes;
using Cluster.Testing.Programs;
using Shouldly;
using Xunit;

namespace Cluster.Manager.Tests.Commands;

public sealed class CommandLineTests : IDisposable
{
    private readonly TestDirectory directory = new("commands");

    [Theory]
    [InlineData("run")]
    [InlineData("run", "--data-dir", "x", "--bogus")]
    [InlineData("run", "--data-dir", "x", "--rest", "nonsense")]
    [InlineData("run", "--data-dir", "x", "--rest", "127.1:8443")]
    [InlineData("run", "--data-dir", "x", "--rest", "127.0.0.01:8443")]
    [InlineData("run", "--data-dir", "x", "--rest", "[fe80::1%1]:8443")]
    [InlineData("run", "--data-dir", "x", "--rest", "[127.0.0.1]:8443")]
    [InlineData("run", "--data-dir", "x", "--names", "mx.example.org,192.0.2.010")]
    [InlineData("run", "--data-dir", "x", "--names", "[2001:db8::1]")]
    [InlineData("run", "--data-dir", "x", "--rest-cert", "only-one")]
    [InlineData("nothing")]
    [InlineData("token", "create", "--data-dir", "x", "--name", "n", "--grant", "mail")]
    [InlineData("token", "create", "--data-dir", "x", "--name", "n", "--grant", "mail=viewer", "--ttl", "long")]
    public async Task Wrong_calls_end_with_2(params string[] args) => (await Program.Main(args)).ShouldBe(2);

    [Fact]
    public async Task A_configuration_file_with_an_unknown_option_ends_with_2()
    {
        await File.WriteAllTextAsync(directory["config.json"], """{"dataDri": "x"}""", TestContext.Current.CancellationToken);

        (await Program.Main(["migrate", "--config", directory["config.json"]])).ShouldBe(2);
        (await Program.Main(["migrate", "--config", directory["missing.json"]])).ShouldBe(2);
    }

    [Fact]
    public async Task Options_come_from_the_command_line_else_from_the_file()
    {
        await File.WriteAllTextAsync(
            directory["config.json"], $$"""{"dataDir": "{{directory["from-file"]}}"}""", TestContext.Current.CancellationToken);

        (await Program.Main(["migrate", "--config", directory["config.json"]])).ShouldBe(0);
        File.Exists(directory["from-file/cluster.db"]).ShouldBeTrue();
        (await Program.Main(["migrate", "--config", directory["config.json"], "--data-dir", directory["given"]])).ShouldBe(0);
        File.Exists(directory["given/cluster.db"]).ShouldBeTrue();
    }

    [Fact]
    public async Task An_address_in_the_configuration_file_is_checked_too()
    {
        await File.WriteAllTextAsync(
            directory["config.json"], $$"""{"dataDir": "{{directory["x"]}}", "rest": "nonsense"}""", TestContext.Current.CancellationToken);

        (await Program.Main(["run", "--config", directory["config.json"]])).ShouldBe(2);
    }

    [Theory]
    [InlineData("--rest")]
    [InlineData("--agents")]
    [InlineData("--metrics")]
    public async Task A_port_in_use_is_one_line_and_nothing_is_made(string option)
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var address = taken.LocalEndpoint.ToString()!;
        var others = FreePort.Next(3);
        var options = new Dictionary<string, string>
        {
            ["--rest"] = $"127.0.0.1:{others[0]}",
            ["--agents"] = $"127.0.0.1:{others[1]}",
            ["--metrics"] = $"127.0.0.1:{others[2]}",
            [option] = address
        };

        var run = await Command.RunAsync(
            Builds.Manager, ["run", "--data-dir", directory["data"], .. options.SelectMany(o => new[] { o.Key, o.Value })]);

        run.ExitCode.ShouldBe(1, run.ToString());
        (run.Output + run.Error)
            .Trim()
            .ShouldBe(
                $"{option} {address} cannot be listened on: the port is in use. Stop the program that uses it (ss -ltnp shows it), or "
                    + "choose another port.");
        Directory.Exists(directory["data"]).ShouldBeFalse();
    }

    [Fact]
    public async Task Verbs_on_an_empty_database_fail_and_say_so()
    {
        directory.Make("empty");

        (await Program.Main(["migrate", "--data-dir", directory["empty"]])).ShouldBe(0);
        (await Program.Main(["check", "--data-dir", directory["empty"]])).ShouldBe(1);
        (await Program.Main(["token", "create", "--data-dir", directory["empty"], "--name", "n", "--grant", "*=owner"])).ShouldBe(1);
    }

    [Fact]
    public async Task A_health_check_without_a_manager_ends_with_8()
    {
        directory.Make("none");

        (await Program.Main(["healthcheck", "--data-dir", directory["none"], "--rest", $"127.0.0.1:{FreePort.Next()}"])).ShouldBe(8);
    }

    public void Dispose() => directory.Dispose();
}

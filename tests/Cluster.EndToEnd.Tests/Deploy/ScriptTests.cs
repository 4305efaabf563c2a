using Cluster.Testing;
using Cluster.Testing.Processes;
using Cluster.Testing.Programs;
using Shouldly;
using Xunit;

namespace Cluster.EndToEnd.Tests.Deploy;

/// <summary>What the two scripts of the README say before they begin.</summary>
public sealed class ScriptTests : IDisposable
{
    private const string Quickstart = "deploy/quickstart.sh", Tests = "tests/run.sh";
    private readonly TestDirectory programs = new("path");

    public ScriptTests() => Program("dotnet", "echo '10.0.100 [/usr/share/dotnet/sdk]'");

    public void Dispose() => programs.Dispose();

    [Theory]
    [InlineData(Quickstart, "--onec", "Unknown option: --onec")]
    [InlineData(Tests, "--fulll", "Unknown option: --fulll")]
    [InlineData(Tests, "--only", "--only needs a word.")]
    [InlineData(Tests, "--only Nothing", "No test project is named like that. There are: Cluster.Agent.Tests ")]
    public async Task A_wrong_command_line_is_named_and_followed_by_the_usage(string script, string arguments, string said)
    {
        var result = await RunAsync(script, arguments.Split(' '));

        result.ExitCode.ShouldBe(2, result.ToString());
        result.Error.ShouldStartWith(said);
        result.Error.ShouldContain($"Usage: ./{script} ");
        result.Output.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(Quickstart)]
    [InlineData(Tests)]
    public async Task Help_needs_nothing(string script)
    {
        Program("dotnet", "exit 1");

        (await RunAsync(script, "--help")).Ok().Output.ShouldStartWith($"Usage: ./{script} ");
    }

    [Theory]
    [InlineData("printf '8.0.404 [/x]\\n9.0.1 [/x]\\n'", "has only 8.0.404 9.0.1")]
    [InlineData("exit 1", "has none")]
    public async Task Another_sdk_is_told_before_root_is_asked_for(string dotnet, string said)
    {
        Program("dotnet", dotnet);
        foreach (var script in new[] { Quickstart, Tests })
        {
            var result = await RunAsync(script);

            result.ExitCode.ShouldBe(1);
            result.Error.ShouldStartWith($"The .NET SDK 10 is needed; {programs["dotnet"]} {said}: https://dotnet.microsoft.com/download");
            result.Output.ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task What_steers_a_script_survives_sudo()
    {
        Program("id", "echo 1000");
        Program("sudo", "printf '%s\\n' \"$@\"");

        var result = await RunAsync(Tests, "--only", "Pki", "--", "-class", "*Chain Tests");

        var given = result.Ok().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        given.ShouldContain("CLUSTER_TEST_POSTGRES=Host=127.0.0.1;Username=a b");
        given.ShouldContain("HTTPS_PROXY=http://proxy.example:3128");
        given[^6..].ShouldBe([Path.Combine(Builds.Top, Tests), "--only", "Pki", "--", "-class", "*Chain Tests"]);
    }

    /// <summary>Redirected, the line that says what was proven would not be seen.</summary>
    [Fact]
    public void No_proof_of_the_quickstart_is_redirected()
    {
        var steps = Directory.GetFiles(Path.Combine(Builds.Top, "deploy", "quickstart"), "step-*.sh");
        var proofs =
            steps.SelectMany(File.ReadAllLines).Where(line => line.TrimStart().StartsWith("proof ", StringComparison.Ordinal)).ToList();

        proofs.Count.ShouldBeGreaterThan(20);
        proofs.Where(line => line.Contains(">\"$", StringComparison.Ordinal) || line.Contains("2>", StringComparison.Ordinal))
            .ShouldBeEmpty();
    }

    private async Task<CommandResult> RunAsync(string script, params string[] arguments) => await Command.RunAsync(
        Path.Combine(Builds.Top, script),
        arguments,
        environment: new Dictionary<string, string>
        {
            ["PATH"] = $"{programs.Path}:/usr/bin:/bin",
            ["CLUSTER_TEST_POSTGRES"] = "Host=127.0.0.1;Username=a b",
            ["HTTPS_PROXY"] = "http://proxy.example:3128",
        });

    private void Program(string name, string script)
    {
        File.WriteAllText(programs[name], $"#!/bin/sh\n{script}\n");
        File.SetUnixFileMode(programs[name], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}

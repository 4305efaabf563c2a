using System.Diagnostics;
using Cluster.Agent.Drivers.Processes;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Drivers.Processes;

/// <summary>Programs that do not end, do not read, or write without end hold nobody up.</summary>
public sealed class ProcessRunnerTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    // Far more than the limit, far less than the programs below take.
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task A_program_that_does_not_read_its_input_is_ended_in_time()
    {
        var watch = Stopwatch.StartNew();

        var result = await RunAsync("/bin/sleep", ["20"], new string('x', 1 << 20), Limit);

        result.TimedOut.ShouldBeTrue();
        watch.Elapsed.ShouldBeLessThan(Soon);
    }

    [Fact]
    public async Task A_program_that_ends_without_reading_its_input_has_ended()
    {
        var result = await RunAsync("/bin/sh", ["-c", "exit 3"], new string('x', 1 << 20), Limit);

        (result.ExitCode, result.TimedOut).ShouldBe((3, false));
    }

    [Theory]
    [InlineData("/dev/stdout")]
    [InlineData("/dev/stderr")]
    public async Task A_program_that_writes_too_much_is_stopped_and_said_to_have(string where)
    {
        var result = await RunAsync("/bin/sh", ["-c", $"head -c 40000000 /dev/zero >{where}; sleep 20"], null, TimeSpan.FromSeconds(15));

        (result.ExitCode, result.TimedOut).ShouldBe((-1, false));
        result.Said.ShouldContain("/bin/sh wrote more than 8 MiB");
    }

    [Fact]
    public async Task What_a_program_leaves_running_does_not_hold_up_its_end()
    {
        var watch = Stopwatch.StartNew();

        var result = await RunAsync("/bin/sh", ["-c", "echo done; sleep 20 & exit 0"], null, TimeSpan.FromSeconds(15));

        (result.ExitCode, result.Output, result.TimedOut).ShouldBe((0, "done\n", false));
        watch.Elapsed.ShouldBeLessThan(Soon);
    }

    [Fact]
    public async Task Everything_that_a_program_says_comes_back()
    {
        var result = await RunAsync("/bin/sh", ["-c", "cat; echo b\u00e4d >&2; exit 4"], new string('x', 1 << 20) + "\u00e4", Soon);

        result.ExitCode.ShouldBe(4);
        result.Output.ShouldBe(new string('x', 1 << 20) + "\u00e4");
        result.Error.ShouldBe("b\u00e4d\n");
    }

    private static Task<ProcessResult> RunAsync(string file, string[] arguments, string? input, TimeSpan limit) =>
        new ProcessRunner().RunAsync(file, arguments, input, limit, TestContext.Current.CancellationToken);
}
